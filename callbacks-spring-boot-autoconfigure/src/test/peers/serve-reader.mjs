// Reads what the examples of docs/serve.md serve: with the scripts of the page, with the transport
// of the AI SDK, and with the HTTP agent of AG-UI.
// Usage: node serve-reader.mjs FOLDER-WITH-NODE-MODULES PAGE URL
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, page, url] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(modules, 'node_modules', file)).href);
const text = ' Time flies\n\nlike  an arrow 🦅';
let read = 0;

const scripts = [...readFileSync(page, 'utf8').matchAll(/^```js\n(.*?)^```/gms)].map((match) => match[1]);

function element() {
  return { textContent: '', append(more) { this.textContent += more; } };
}

async function script(code, globals, done) {
  const view = { answer: element(), reasoning: element(), tools: element(), usage: element() };
  const document = { querySelector: (selector) => view[selector.substring(1)] };
  const names = Object.keys(globals);
  const run = new Function('document', 'question', ...names, `return (async () => {${code}})()`);
  await run(document, 'Go', ...names.map((name) => globals[name]));
  await done();
  assert.equal(view.answer.textContent, text);
  assert.equal(view.reasoning.textContent, 'Let me count');
  assert.match(view.tools.textContent, /count/);
  assert.match(view.usage.textContent, /10/);
  read++;
}

const { EventSource } = await load('eventsource/dist/index.js');
let closed;
const end = new Promise((resolve) => (closed = resolve));
class BrowserEventSource extends EventSource {
  constructor(path) {
    super(url + path);
  }
  close() {
    super.close();
    closed();
  }
}
await script(scripts[0], { EventSource: BrowserEventSource }, () => end);
await script(scripts[1], { fetch: (path, init) => fetch(url + path, init) }, () => undefined);

const { DefaultChatTransport, readUIMessageStream } = await load('ai/dist/index.mjs');
const stream = await new DefaultChatTransport({ api: `${url}/api/chat` }).sendMessages({
  chatId: 'chat',
  trigger: 'submit-message',
  messageId: undefined,
  abortSignal: undefined,
  messages: [{ id: 'm', role: 'user', parts: [{ type: 'text', text: 'Go' }] }],
});
let message;
for await (message of readUIMessageStream({ stream, terminateOnError: true })) {
  // the last one is the complete message
}
assert.deepEqual(message.parts.map((part) => part.type),
  ['step-start', 'reasoning', 'tool-count', 'step-start', 'text']);
assert.equal(message.parts[1].text, 'Let me count');
assert.equal(message.parts[1].state, 'done');
assert.equal(message.parts[2].state, 'output-available');
assert.equal(message.parts[2].output, '[1,2,3]');
assert.equal(message.parts[4].text, text);
assert.deepEqual(message.metadata, { inputTokens: 8, outputTokens: 10 });
read++;

const { HttpAgent } = await load('@ag-ui/client/dist/index.mjs');
const agent = new HttpAgent({ url: `${url}/ag-ui`, threadId: 't' });
agent.messages = [{ id: 'm', role: 'user', content: 'Go' }];
await agent.runAgent({ runId: 'r' });
const answer = agent.messages.slice(1);
assert.equal(answer.find((one) => one.role === 'reasoning').content, 'Let me count');
const call = answer.find((one) => one.role === 'assistant' && one.toolCalls?.length);
assert.deepEqual(call.toolCalls[0].function, { name: 'count', arguments: '{}' });
assert.equal(answer.find((one) => one.role === 'tool').content, '[1,2,3]');
assert.equal(answer.at(-1).content, text);
read++;

console.log(`${read} of 4 read`);
process.exit(0);
