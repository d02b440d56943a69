#!/usr/bin/env bash
# Installs the independent server and clients of PeersTests, SecondReaderTests, ClientTypesTests and
# ServeExamplesTests into the given folder, once.
set -euo pipefail
folder="$1"
if [ ! -f "$folder/node_modules/@copilotkit/aimock/dist/cli.js" ] || [ ! -f "$folder/node_modules/openai/index.mjs" ] \
	|| [ ! -f "$folder/node_modules/ai/dist/index.mjs" ] || [ ! -f "$folder/node_modules/@ag-ui/client/dist/index.mjs" ] \
	|| [ ! -f "$folder/node_modules/eventsource/package.json" ] \
	|| [ ! -f "$folder/node_modules/@anthropic-ai/sdk/index.d.ts" ] \
	|| [ ! -f "$folder/node_modules/typescript/lib/typescript.js" ]; then
	mkdir -p "$folder"
	npm install --prefix "$folder" --no-audit --no-fund --no-save --ignore-scripts \
		--fetch-retries=0 --fetch-timeout=20000 @copilotkit/aimock@1.43.0 openai@7.59.0 \
		ai@6.0.326 @ag-ui/client@1.0.0 @ag-ui/core@1.0.0 eventsource@4.1.0 \
		@anthropic-ai/sdk@1.14.0 typescript@5.9.3
fi
