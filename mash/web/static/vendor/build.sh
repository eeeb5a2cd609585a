#!/bin/sh
# Builds govuk-frontend-6.3.0.css from npm's package and govuk-frontend.scss, and takes its script unchanged.
# Needs npm and a network once: sh mash/web/static/vendor/build.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm init --yes > /dev/null
npm install --silent --ignore-scripts --save-exact govuk-frontend@6.3.0 sass@1.108.2
dist=node_modules/govuk-frontend/dist
npx sass --style=compressed --no-source-map --quiet-deps --load-path="$dist" "$here/govuk-frontend.scss" "$here/govuk-frontend-6.3.0.css"
cp "$dist/govuk/govuk-frontend.min.js" "$here/govuk-frontend-6.3.0.js"
sed -i '/^\/\/# sourceMappingURL/d' "$here/govuk-frontend-6.3.0.js"
