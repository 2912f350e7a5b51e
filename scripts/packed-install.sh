#!/usr/bin/env bash
# Installs the package the way its users do, from the packed file and without this repository, and uses it.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

npm pack --silent --pack-destination "$folder" >/dev/null
npx publint run "$folder"/automate-*.tgz --strict

cd "$folder"
echo '{ "private": true }' >package.json
npm install --omit=dev --no-audit --no-fund --loglevel=error ./automate-*.tgz
npx automate version

mkdir rules
cat >rules/cool-room.yaml <<'YAML'
on: home/+room/temperature
if: temperature > 30
publish:
  topic: home/${room}/light/control
  payload: { state: "ON" }
YAML
npx automate check rules

# What it runs on comes with it, and not from this repository's node_modules.
node_modules/.bin/automate start --broker embedded --no-watch &
engine=$!
trap 'kill "$engine" 2>/dev/null || true; rm -rf "$folder"' EXIT
curl --silent --fail --retry 40 --retry-delay 1 --retry-connrefused http://127.0.0.1:9464/metrics >metrics
grep -q '^automate_' metrics
npx automate pub -t home/kitchen/temperature -m '{"temperature":31}'
kill "$engine"
wait "$engine"

# As a library, too.
node --input-type=module --eval '
  import { startApp } from "automate";
  import { Player } from "automate/testing";
  const [effect] = new Player("{ id: r, on: in, log: heard }").send({ topic: "in" });
  if (typeof startApp !== "function" || effect?.message !== "heard") throw new Error("the library does not run rules");
'

# A check that lets everything through would pass the line above.
sed -i 's/^publish:/pubish:/' rules/cool-room.yaml
if report=$(npx automate check rules 2>&1) || ! grep -q pubish <<<"$report"; then
  printf 'automate check should have refused the key "pubish"; it said:\n%s\n' "$report" >&2
  exit 1
fi
