// Compiles request bodies as values of the types that OpenAI's and Anthropic's own clients
// declare for them. An object literal may not have a member that its type does not have.
// Usage: node check-types.mjs FOLDER-WITH-NODE-MODULES FILE-WITH-BODIES
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, file] = process.argv.slice(2);
const { default: ts } = await import(pathToFileURL(join(modules, 'node_modules/typescript/lib/typescript.js')).href);

const types = {
  CHAT_COMPLETIONS: 'OpenAI.Chat.Completions.ChatCompletionCreateParams',
  RESPONSES: 'OpenAI.Responses.ResponseCreateParams',
  ANTHROPIC: 'Anthropic.Messages.MessageCreateParams',
};
const bodies = JSON.parse(readFileSync(file, 'utf8'));
// One statement a line, so that the line of a complaint is that of the body; TypeScript takes
// two further characters for the end of a line
const literal = (body) => JSON.stringify(body).replace(/[\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16)}`);
const lines = ["import type OpenAI from 'openai'; import type Anthropic from '@anthropic-ai/sdk';"].concat(
  bodies.map(({ protocol, body }, index) => `export const body${index}: ${types[protocol]} = ${literal(body)};`),
);
const source = lines.join('\n');
const name = join(modules, 'bodies.ts');
const options = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
};
const host = ts.createCompilerHost(options);
const { fileExists, readFile, getSourceFile } = host;
host.fileExists = (path) => path === name || fileExists.call(host, path);
host.readFile = (path) => (path === name ? source : readFile.call(host, path));
host.getSourceFile = (path, ...others) =>
  path === name ? ts.createSourceFile(path, source, ...others) : getSourceFile.call(host, path, ...others);

let differences = 0;
for (const diagnostic of ts.getPreEmitDiagnostics(ts.createProgram([name], options, host))) {
  differences++;
  const line = diagnostic.file ? ts.getLineAndCharacterOfPosition(diagnostic.file, diagnostic.start).line : 0;
  const what = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n  ').slice(0, 2000);
  console.log(`${line > 0 ? bodies[line - 1].name : 'import'}: ${what}`);
}
console.log(`${bodies.length} bodies, ${differences} differences`);
process.exit(differences === 0 ? 0 : 1);
