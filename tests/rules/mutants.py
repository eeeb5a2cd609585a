"""Break mash/rules in every small way and see which breaks its tests miss: python -m tests.rules.mutants [module …].

mutmut makes the mutants and keeps what came of each under mutants/, where `mutmut show` finds it. It would start pytest
anew for each; here the tests are collected once, and each mutant is a fork of that process which runs the tests that
reach its function, the one that noticed the last mutant there first. Answers kept from before would hide a mutant, so
every cache of mash.rules is emptied first. Modules named are tried again; without any, all that has not
been tried, or was missed, is. `--types` lets mypy look at those that are left. Then tests/rules/mutants.md is written.
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from mutmut import __main__ as mutmut
from mutmut.configuration import config
from mutmut.mutation.data import MutantLineSpans, SourceFileMutationData
from mutmut.state import state
from mutmut.type_checking import run_type_checker
from mutmut.utils.file_utils import walk_mutatable_files

from tests.rules.mutants_table import why_the_same, write

NOTICED, MISSED, TIMED_OUT, UNREACHED, BY_TYPES = 1, 0, 36, 33, 37  # mutmut's own codes
CHOSEN = (
    "whole mistakes source facts book worked evaluate said results program document rewriting changes steps one_item "
    "kinds wording compare family_help promises expressiveness_facts expressiveness_gates expressiveness_life"
)
FIRST = ("evaluate", "program", "steps", "columns", "gates", "outcome", "conditions", "comparisons", "facts", "results")
SECONDS = 10  # of processor time; the slowest test needs a tenth of it
MEMORY = 4 << 30
Items = list[pytest.Item]


def caches() -> list[Any]:
    """Return every cache that mash.rules keeps."""
    kept = [one for one in gc.get_objects() if isinstance(one, _lru_cache_wrapper)]
    return [one for one in kept if one.__module__.startswith("mash.rules")]


class Forks:
    """A plugin of pytest that tries each mutant, in place of running the tests collected."""

    def __init__(self, mutants: dict[str, SourceFileMutationData], at_once: int) -> None:
        self.mutants, self.at_once = mutants, at_once
        self.running: dict[int, tuple[str, int]] = {}
        self.reaching: dict[str, list[int]] = {}
        self.started, self.home = time.monotonic(), Path.cwd().parent

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Find which tests reach which function, then try every mutant."""
        self.items, self.caches = session.items, caches()
        gc.freeze()
        self.reaching = json.loads(_result_of(self._reached))
        print(f"{len(self.items)} tests, {time.monotonic() - self.started:.0f} s", flush=True)
        for done, name in enumerate(self.mutants, 1):
            while len(self.running) >= self.at_once:
                self._wait()
            self._start(name)
            if not done % 50:
                self._save()
                print(f"{done} of {len(self.mutants)}, {time.monotonic() - self.started:.0f} s", flush=True)
        while self.running:
            self._wait()
        return True

    def _reached(self) -> str:
        """Return the tests that reach each function, file by file as they are CHOSEN, the quickest first."""
        mutmut.set_mutant_under_test("stats")
        reaching: dict[str, list[tuple[int, float, int]]] = defaultdict(list)
        files = list(dict.fromkeys(item.path for item in self.items))
        for number in range(len(self.items)):
            state()._stats.clear()
            self._forget()
            began = time.process_time()
            if self._fails(number, None):
                raise SystemExit(f"{self.items[number].nodeid} fails on what is not broken")
            for function in state()._stats:
                took = time.process_time() - began
                reaching[function].append((files.index(self.items[number].path), took, number))
        return json.dumps({name: [number for *_, number in sorted(tests)] for name, tests in reaching.items()})

    def _forget(self) -> None:
        for cache in self.caches:
            cache.cache_clear()

    def _fails(self, number: int, following: int | None) -> bool:
        nextitem = None if following is None else self.items[following]
        return any(report.failed for report in runtestprotocol(self.items[number], log=False, nextitem=nextitem))

    def _start(self, name: str) -> None:
        tests = self.reaching.get(mutmut.mangled_name_from_mutant_name(name), [])
        if not tests:
            self._keep(name, UNREACHED)
            return

        def first_to_fail() -> str:
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            self._forget()
            mutmut.set_mutant_under_test(name)
            pairs = zip(tests, [*tests[1:], None], strict=True)
            return next((str(number) for number, following in pairs if self._fails(number, following)), "")

        pid, reader = _fork(first_to_fail)
        self.running[pid] = (name, reader)

    def _wait(self) -> None:
        pid, status = os.wait()
        name, reader = self.running.pop(pid)
        with os.fdopen(reader) as said:
            number = said.read()
        if number:
            tests = self.reaching[mutmut.mangled_name_from_mutant_name(name)]
            tests.remove(int(number))
            tests.insert(0, int(number))
        killed = os.WIFSIGNALED(status)
        timed_out = killed and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
        if status and not killed:
            raise SystemExit(f"{name} could not be tried")
        self._keep(name, TIMED_OUT if timed_out else NOTICED if number or killed else MISSED)

    def _save(self) -> None:
        with contextlib.chdir(self.home):
            for module in {id(module): module for module in self.mutants.values()}.values():
                module.save()

    def _keep(self, name: str, code: int) -> None:
        self.mutants[name].exit_code_by_key[name] = code


def _fork(work: Callable[[], str]) -> tuple[int, int]:
    """Do something in a process of its own; return its id and where its answer can be read."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    code = 1
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.write(writer, b"") if (answer := work()) == "" else _write(writer, answer)
        code = 0
    finally:
        os._exit(code)


def _write(writer: int, answer: str) -> None:
    with os.fdopen(writer, "w") as out:
        out.write(answer)


def _result_of(work: Callable[[], str]) -> str:
    pid, reader = _fork(work)
    with os.fdopen(reader) as said:
        answer = said.read()
    os.waitpid(pid, 0)
    if not answer:
        raise SystemExit("the tests do not pass on what is not broken")
    return answer


def make() -> list[SourceFileMutationData]:
    """Write every mutant of what has changed, and return what is known of all, a module each."""
    mutmut.set_mutant_under_test("mutant_generation")
    Path("mutants").mkdir(exist_ok=True)
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        mutmut.copy_src_dir()
        mutmut.copy_also_copy_files()
        mutmut.setup_source_paths()
        mutmut.create_mutants(1)
    modules = [SourceFileMutationData(path=path) for path in walk_mutatable_files()]
    modules.sort(key=lambda module: _place(Path(module.path).stem))
    for module in modules:
        module.load()
    return [module for module in modules if module.exit_code_by_key]


def _place(module: str) -> tuple[int, str]:
    return FIRST.index(module) if module in FIRST else len(FIRST), module


def _to_try(modules: Iterable[SourceFileMutationData], named: list[str]) -> dict[str, SourceFileMutationData]:
    known = (NOTICED, TIMED_OUT, BY_TYPES)
    return {
        name: module
        for module in modules
        for name, code in module.exit_code_by_key.items()
        if code != BY_TYPES and (Path(module.path).stem in named if named else code not in known)
        if code != MISSED or not why_the_same(name, module)
    }


def _look_at_types(modules: Iterable[SourceFileMutationData]) -> None:
    """Note the mutants that mypy refuses: those with an error on one of their lines."""
    with contextlib.chdir("mutants"):
        errors = run_type_checker(config().type_check_command)
    for module in modules:
        lines = {error.line_number for error in errors if error.file_path == Path("mutants", module.path).absolute()}
        spans = MutantLineSpans.load(module.path)
        for name in module.exit_code_by_key:
            span = spans.span_by_function_name[name.rpartition(".")[2]]
            if not lines.isdisjoint(range(span.start, span.end + 1)):
                module.exit_code_by_key[name] = BY_TYPES


def main() -> None:
    """Try the mutants and write the table."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--types", action="store_true")
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--tests", default=CHOSEN, help="only these files, for what the others missed")
    asked = parser.parse_args()
    modules = make()
    if asked.types:
        _look_at_types(modules)
    mutants = _to_try(modules, asked.modules)
    print(f"{len(mutants)} mutants to try", flush=True)
    home = Path.cwd()
    os.chdir("mutants")
    sys.path.insert(0, str(Path.cwd()))
    importlib.invalidate_caches()
    files = [
        f"tests/rules/test_{name}.py" for name in asked.tests.split() if Path(f"tests/rules/test_{name}.py").exists()
    ]
    plain = ["-q", "--tb=native", "-p", "no:randomly", "-p", "no:xdist", "-o", "addopts=--import-mode=importlib"]
    pytest.main([*plain, "--rootdir=.", *files], plugins=[Forks(mutants, asked.at_once)])
    os.chdir(home)
    for module in modules:
        module.save()
    write(modules, home / "tests/rules/mutants.md")


if __name__ == "__main__":
    main()
