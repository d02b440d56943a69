// @ts-check
// Reads a recording of JsonLinesRecorder into what the endpoint would have answered.
import { instant, millis } from "./format.js";

const MAX_PARTS = 300;
const MAX_LENGTH = 100_000;
const STATES = { End: "COMPLETED", Error: "FAILED", Cancel: "CANCELLED" };

/**
 * @param {string} text lines of JSON
 * @returns the trees, the runs of each tree and their contents, and how many lines were not understood
 */
export function readRecording(text) {
	const runs = new Map();
	let skipped = 0;
	for (const line of text.split(/\r\n|\n|\r/)) {
		if (line.trim() === "") {
			continue;
		}
		try {
			add(runs, JSON.parse(line));
		}
		catch {
			skipped++;
		}
	}
	for (const entry of runs.values()) {
		// the recording ends before the run
		if (entry.summary.state === "RUNNING" && entry.partial !== "") {
			part(entry, entry.outputs, "ai", "not completed", entry.partial);
		}
	}
	return { ...trees(runs), skipped };
}

function add(runs, event) {
	if (typeof event.event !== "string" || typeof event.run?.id !== "string") {
		throw new Error("not an event");
	}
	const ended = /^(?:Llm|Chain|Tool|Retriever)(End|Error|Cancel)$/.exec(event.event);
	const entry = runs.get(event.run.id) ?? { summary: summary(event.run), inputs: [], outputs: [], moments: [], omitted: 0, partial: "" };
	runs.set(event.run.id, entry);
	if (/Start$/.test(event.event)) {
		start(entry, event);
	}
	else if (ended) {
		end(entry, event, STATES[ended[1]]);
	}
	else {
		moment(entry, event);
	}
}

function summary(run) {
	return {
		id: run.id, parentId: run.parentId ?? null, type: run.type ?? "CHAIN", name: String(run.name ?? ""), tags: run.tags ?? [],
		state: "RUNNING", startedAt: run.startedAt, duration: null, timeToFirstToken: null, model: null, provider: null,
		usage: null, cost: null, tokens: 0, retries: [], error: null, complete: true,
	};
}

function part(entry, list, kind, label, value) {
	if (list.length >= MAX_PARTS) {
		entry.omitted++;
		return;
	}
	const text = typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
	list.push({ kind, label: label ?? null, text: text.slice(0, MAX_LENGTH), length: text.length });
}

function start(entry, event) {
	const put = (kind, label, value) => part(entry, entry.inputs, kind, label, value);
	if (event.options) {
		entry.summary.model = event.options.model ?? null;
	}
	entry.summary.provider = event.provider ?? null;
	(event.messages ?? []).forEach((message) => addMessage(put, message));
	(event.prompts ?? []).forEach((prompt) => put("human", null, prompt));
	if (event.toolCall) {
		put("arguments", event.toolCall.id, event.toolCall.arguments);
	}
	if (event.query !== undefined) {
		put("query", null, event.query);
	}
	if (event.inputs !== undefined) {
		value(put, "input", event.inputs);
	}
	Object.entries(event.run.metadata ?? {}).forEach(([name, item]) => put("metadata", name, item));
}

function addMessage(put, message) {
	const role = String(message.role ?? "").replace(/Message$/, "").toLowerCase();
	if (message.reasoning) {
		put("reasoning", null, message.reasoning);
	}
	if (message.text || role !== "ai") {
		put(["system", "human", "ai", "tool"].includes(role) ? role : "text", message.toolCallId ?? null, message.text ?? "");
	}
	(message.media ?? []).forEach((media) => put("media", media.mediaType, sizeOf(media)));
	(message.toolCalls ?? []).forEach((call) => put("tool-call", call.name, call.arguments));
}

function sizeOf(media) {
	return media.uri ?? (typeof media.data === "string" ? Math.floor(media.data.length * 3 / 4) + " bytes" : (media.size ?? 0) + " bytes");
}

function value(put, kind, item) {
	if (Array.isArray(item) && item.length > 0 && item.every((each) => each && typeof each === "object" && each.role)) {
		item.forEach((each) => addMessage(put, each));
	}
	else if (item && typeof item === "object" && item.role) {
		addMessage(put, item);
	}
	else if (item && typeof item === "object" && !Array.isArray(item)) {
		Object.entries(item).forEach(([name, each]) => put(kind, name, each));
	}
	else {
		put(kind, null, item);
	}
}

function end(entry, event, state) {
	const put = (kind, label, item) => part(entry, entry.outputs, kind, label, item);
	const run = entry.summary;
	run.state = state;
	entry.partial = "";
	run.duration = event.duration ?? null;
	run.timeToFirstToken = event.timeToFirstToken ?? run.timeToFirstToken;
	const output = event.result?.llmOutput;
	if (output) {
		run.model = output.modelName ?? run.model;
		const usage = output.tokenUsage;
		run.usage = usage && (usage.input || usage.output) ? usage : null;
	}
	(event.result?.generations ?? []).flat().forEach((generation) => {
		addMessage(put, { role: "AiMessage", ...generation.message });
		if (generation.finishReason) {
			put("option", "finish reason", generation.finishReason);
		}
	});
	if (event.output !== undefined) {
		value(put, "output", event.output);
	}
	if (event.outputs !== undefined) {
		value(put, "output", event.outputs);
	}
	(event.documents ?? []).forEach((document) => put("document", document.id ?? null, document.text));
	if (event.error) {
		const type = String(event.error.type ?? event.error.errorType ?? "Error");
		run.error = type.slice(type.lastIndexOf(".") + 1);
		put("error", type, event.error.message ?? "");
	}
}

function moment(entry, event) {
	const put = (kind, label, item) => part(entry, entry.moments, kind, label, item);
	switch (event.event) {
		case "LlmNewToken":
			if (!event.choice && entry.partial.length < MAX_LENGTH) {
				entry.partial += event.token ?? "";
			}
			if (entry.summary.tokens++ === 0) {
				const first = instant(event.timestamp) - instant(entry.summary.startedAt);
				entry.summary.timeToFirstToken = Number.isNaN(first) ? null : "PT" + first / 1000 + "S";
			}
			break;
		case "Retry": {
			const type = String(event.cause?.type ?? event.cause?.errorType ?? "Error");
			const error = type.slice(type.lastIndexOf(".") + 1);
			entry.summary.retries.push({ at: event.timestamp, delay: event.delay, error });
			put("retry", "attempt " + event.attempt + ", " + error, event.cause?.message ?? "");
			break;
		}
		case "AgentAction":
			put("tool-call", event.toolCall?.name, event.toolCall?.arguments);
			break;
		case "AgentFinish":
			value(put, "output", event.output);
			break;
		case "Text":
			put("text", null, event.text);
			break;
		case "ToolProgress":
			put("progress", event.toolCallId, event.data);
			break;
		default:
			put("event", event.name ?? event.event, event.data);
	}
}

function trees(runs) {
	const rootOf = (run) => {
		const seen = new Set();
		let current = run;
		while (current.parentId && runs.has(current.parentId) && !seen.has(current.id)) {
			seen.add(current.id);
			current = runs.get(current.parentId).summary;
		}
		return current.id;
	};
	const grouped = new Map();
	for (const { summary: run } of runs.values()) {
		const root = rootOf(run);
		if (!grouped.has(root)) {
			grouped.set(root, []);
		}
		grouped.get(root).push(run);
	}
	const result = new Map();
	for (const [id, inside] of grouped) {
		result.set(id, tree(runs.get(id).summary, inside));
	}
	return { trees: result, runsOf: grouped, contents: runs };
}

function tree(root, inside) {
	const usages = inside.map((run) => run.usage).filter(Boolean);
	const sum = (name) => usages.reduce((total, usage) => total + (usage[name] ?? 0), 0);
	return {
		root, runs: inside.length, active: 0, failed: inside.filter((run) => run.state === "FAILED").length,
		types: [...new Set(inside.map((run) => run.type))], models: [...new Set(inside.map((run) => run.model).filter(Boolean))],
		usage: usages.length > 0 ? { input: sum("input"), output: sum("output"), total: sum("total"), cacheRead: sum("cacheRead"),
			cacheWrite: sum("cacheWrite"), reasoning: sum("reasoning") } : null,
		cost: null, tokens: inside.reduce((total, run) => total + run.tokens, 0),
		retries: inside.reduce((total, run) => total + run.retries.length, 0), finished: 1,
	};
}

/** Return when the last run of a recording ended, which is its present. */
export function endOf(recording) {
	let end = 0;
	for (const { summary: run } of recording.contents.values()) {
		end = Math.max(end, instant(run.startedAt) + (millis(run.duration) ?? 0));
	}
	return end;
}
