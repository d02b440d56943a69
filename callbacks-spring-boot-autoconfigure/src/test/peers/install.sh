#!/usr/bin/env bash
# Installs the independent server and client of PeersTests and SecondReaderTests into the given
# folder, once.
set -euo pipefail
folder="$1"
if [ ! -f "$folder/node_modules/@copilotkit/aimock/dist/cli.js" ] || [ ! -f "$folder/node_modules/openai/index.mjs" ]; then
	mkdir -p "$folder"
	npm install --prefix "$folder" --no-audit --no-fund --no-save --ignore-scripts \
		--fetch-retries=0 --fetch-timeout=20000 @copilotkit/aimock@1.43.0 openai@7.59.0
fi
