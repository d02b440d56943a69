// @ts-check
// What the page knows. No DOM.
import { instant, millis } from "./format.js";

const MAX_TEXT = 200_000;
const MAX_WAITS = 50;

export function createModel() {
	return {
		change: null, trees: new Map(), runs: new Map(), waits: new Map(), tree: null, run: null, detail: null, text: "",
		handlers: null, executors: null, readOnly: true, content: null, offset: 0,
		/** increases when trees or runs change, but not for waits, texts and contents */
		version: 0,
	};
}

/** Select a run: everything about it is asked for anew. */
export function select(model, tree, run) {
	if (model.tree !== tree) {
		model.runs = new Map();
	}
	model.tree = tree;
	model.run = run;
	model.detail = null;
	model.text = "";
	model.change = null;
	model.version++;
}

/** Add an answer of the endpoint, to a request for what is selected. */
export function apply(model, answer, request, receivedAt) {
	const changes = answer.changes;
	model.version++;
	model.offset = instant(answer.now) - receivedAt;
	model.readOnly = answer.readOnly;
	model.content = answer.content;
	if (answer.handlers) {
		model.handlers = answer.handlers;
		model.executors = answer.executors;
	}
	if (request.after === null || changes.reset) {
		model.trees = new Map();
	}
	for (const tree of changes.trees) {
		model.trees.set(tree.root.id, tree);
	}
	for (const [id, tree] of model.trees) {
		if (tree.finished > 0 && tree.finished <= changes.forgotten) {
			model.trees.delete(id);
		}
	}
	noteWaits(model, answer.waits, receivedAt + model.offset);
	if (request.run !== model.run) {
		return;
	}
	model.change = changes.change;
	if (changes.reset) {
		model.runs = new Map();
		model.text = "";
	}
	for (const run of changes.runs) {
		model.runs.set(run.id, run);
	}
	if (changes.detail) {
		model.detail = changes.detail;
	}
	if (changes.text && changes.text.from === model.text.length) {
		model.text = (model.text + changes.text.text).slice(0, MAX_TEXT);
	}
}

// how long a run has waited is known as long as it waits, so the page remembers it
function noteWaits(model, waits, now) {
	for (const { run, waitsFor } of waits) {
		const known = model.waits.get(run) ?? [];
		for (const wait of waitsFor) {
			const start = now - (millis(wait.duration) ?? 0);
			const last = known.findLast((other) => other.handler === wait.handler);
			if (last && Math.abs(last.start - start) < 150) {
				last.end = now;
			}
			else if (known.length < MAX_WAITS) {
				known.push({ handler: wait.handler, event: wait.event, start, end: now });
			}
		}
		model.waits.delete(run);
		model.waits.set(run, known);
	}
	while (model.waits.size > 500) {
		model.waits.delete(model.waits.keys().next().value);
	}
}

/** Return the trees that a filter lets pass: active ones first, then the latest. */
export function visibleTrees(model, filter) {
	const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
	return [...model.trees.values()]
		.filter((tree) => matches(tree, filter, words))
		.sort((one, other) => Number(other.active > 0) - Number(one.active > 0)
			|| instant(other.root.startedAt) - instant(one.root.startedAt));
}

function matches(tree, filter, words) {
	const root = tree.root;
	if (filter.type && !tree.types.includes(filter.type)) {
		return false;
	}
	if (filter.model && !tree.models.includes(filter.model)) {
		return false;
	}
	if (filter.tag && !root.tags.includes(filter.tag)) {
		return false;
	}
	if (filter.state && stateOf(tree) !== filter.state) {
		return false;
	}
	const text = [root.name, root.id, root.error ?? "", ...tree.models, ...root.tags].join(" ").toLowerCase();
	return words.every((word) => text.includes(word));
}

export function stateOf(tree) {
	return tree.active > 0 ? "RUNNING" : tree.root.state;
}

/** Return what a filter can be set to. */
export function choices(model) {
	const trees = [...model.trees.values()];
	const distinct = (values) => [...new Set(values)].sort();
	return {
		types: distinct(trees.flatMap((tree) => tree.types)),
		models: distinct(trees.flatMap((tree) => tree.models)),
		tags: distinct(trees.flatMap((tree) => tree.root.tags)),
	};
}

/** Return the runs of the selected tree, each after the one around it, with depth. */
export function treeRows(model, collapsed) {
	const children = new Map();
	const roots = [];
	const runs = [...model.runs.values()].sort((one, other) => instant(one.startedAt) - instant(other.startedAt));
	for (const run of runs) {
		if (run.id !== model.tree && run.parentId && model.runs.has(run.parentId)) {
			const siblings = children.get(run.parentId);
			if (siblings) {
				siblings.push(run);
			}
			else {
				children.set(run.parentId, [run]);
			}
		}
		else {
			roots.push(run);
		}
	}
	const rows = [];
	const pending = roots.map((run) => ({ run, depth: 0 })).reverse();
	while (pending.length > 0) {
		const row = pending.pop();
		const inside = children.get(row.run.id) ?? [];
		rows.push({ ...row, inside: inside.length, collapsed: collapsed.has(row.run.id) });
		if (!collapsed.has(row.run.id)) {
			for (let i = inside.length - 1; i >= 0; i--) {
				pending.push({ run: inside[i], depth: row.depth + 1 });
			}
		}
	}
	return rows;
}

/** Return the beginning and the length of the selected tree in milliseconds. */
export function span(rows, now) {
	let start = Infinity;
	let end = -Infinity;
	for (const { run } of rows) {
		const from = instant(run.startedAt);
		start = Math.min(start, from);
		end = Math.max(end, from + lengthOf(run, now));
	}
	return rows.length > 0 ? { start, length: Math.max(end - start, 1) } : { start: now, length: 1 };
}

export function lengthOf(run, now) {
	return millis(run.duration) ?? Math.max(0, now - instant(run.startedAt));
}
