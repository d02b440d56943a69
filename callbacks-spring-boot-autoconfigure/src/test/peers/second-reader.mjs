// Reads the transcripts of OpenAI's protocols with OpenAI's own client, and compares what it
// reads with what the library is expected to read.
// Usage: node second-reader.mjs FOLDER-WITH-NODE-MODULES FOLDER-OF-TRANSCRIPTS...
import { createServer } from 'node:http';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, ...folders] = process.argv.slice(2);
const { default: OpenAI } = await import(pathToFileURL(join(modules, 'node_modules/openai/index.mjs')).href);

// What OpenAI's client cannot read itself: data of other events, and blanks around [DONE]
const beyond = new Set(['events-of-unknown-kinds.sse', 'fields-in-another-order.sse']);

let current;
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': current.stream ? 'text/event-stream' : 'application/json' });
    response.end(current.body);
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const client = new OpenAI({ apiKey: 'any', baseURL: `http://127.0.0.1:${server.address().port}/v1`, maxRetries: 0 });

function ofResponse(response) {
  const calls = response.output.filter((item) => item.type === 'function_call');
  const parts = response.output.filter((item) => item.type === 'message').flatMap((item) => item.content);
  return {
    text: parts.filter((part) => part.type === 'output_text').map((part) => part.text).join(''),
    toolCalls: calls.map((call) => ({ id: call.call_id, name: call.name, arguments: call.arguments })),
    output: response.usage?.output_tokens ?? 0,
  };
}

async function readResponse(stream) {
  const answer = await client.responses.create({ model: 'm', input: 'Hello', stream });
  if (!stream) {
    return ofResponse(answer);
  }
  const deltas = new Map();
  let last;
  for await (const event of answer) {
    if (event.type === 'response.output_text.delta') {
      deltas.set(event.output_index, (deltas.get(event.output_index) ?? '') + event.delta);
    }
    last = event;
  }
  const read = ofResponse(last.response);
  const streamed = [...deltas.values()].join('');
  return { ...read, text: streamed || read.text };
}

async function readChat(stream) {
  const answer = await client.chat.completions.create({ model: 'm', messages: [], stream });
  const read = { text: '', toolCalls: [], output: 0 };
  for await (const chunk of stream ? answer : [answer]) {
    const choice = chunk.choices?.find((each) => each.index === 0);
    const delta = choice?.delta ?? choice?.message;
    read.text += typeof delta?.content === 'string' ? delta.content : '';
    for (const call of delta?.tool_calls ?? []) {
      const known = (read.toolCalls[call.index ?? read.toolCalls.length] ??= { id: '', name: '', arguments: '' });
      known.id ||= call.id ?? '';
      known.name ||= call.function?.name ?? '';
      known.arguments += call.function?.arguments ?? '';
    }
    read.output = chunk.usage?.completion_tokens ?? read.output;
  }
  return read;
}

function wanted(description) {
  const expected = description.expected.choices?.[0] ?? description.expected;
  const usage = description.expected.usage ?? {};
  return {
    text: expected.text ?? '',
    toolCalls: (expected.toolCalls ?? []).map(({ id, name, arguments: text }) => ({ id, name, arguments: text })),
    output: usage.output_tokens ?? usage.completion_tokens ?? 0,
  };
}

let differences = 0;
let count = 0;
for (const folder of folders) {
  for (const file of readdirSync(folder).filter((name) => /\.(sse|body)$/.test(name)).sort()) {
    const description = JSON.parse(readFileSync(join(folder, file.replace(/\.[a-z]+$/, '.json')), 'utf8'));
    const expected = description.expected;
    const responses = description.api === 'openai-responses';
    const readable = responses ? ['completed', 'incomplete'].includes(expected.status) : expected.finishReason;
    if (beyond.has(file) || !readable) {
      continue;
    }
    current = { stream: file.endsWith('.sse'), body: readFileSync(join(folder, file)) };
    count++;
    try {
      const read = await (responses ? readResponse(current.stream) : readChat(current.stream));
      if (JSON.stringify(read) !== JSON.stringify(wanted(description))) {
        differences++;
        console.log(`${basename(folder)}/${file}: read ${JSON.stringify(read)} instead of ${JSON.stringify(wanted(description))}`);
      }
    }
    catch (error) {
      differences++;
      console.log(`${basename(folder)}/${file}: ${error}`);
    }
  }
}
server.close();
console.log(`${count} transcripts read, ${differences} differences`);
process.exit(differences > 0 || count === 0 ? 1 : 0);
