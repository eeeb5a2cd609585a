#!/bin/sh
# Renews the lock files from pyproject.toml. Needs uv; run it only when a pin changes.
set -e
cd "$(dirname "$0")/.."
lock="uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-annotate --no-header --no-emit-index-url"
$lock pyproject.toml --group build -o .lock/run.txt
$lock pyproject.toml --group build --group test -c .lock/run.txt -o .lock/test.txt
$lock pyproject.toml --group build --group test --group bench -c .lock/test.txt -o .lock/bench.txt
$lock pyproject.toml --group build --extra spark -c .lock/bench.txt -o .lock/spark.txt
