// @ts-check
// The runs of one tree beside a time axis.
import { h, isStale, reconcile, setAttribute, setStyle, setText } from "./dom.js";
import { axis, count, instant, millis, time } from "./format.js";
import { lengthOf, span } from "./model.js";
import { STATE_NAMES } from "./list.js";

const SHORT = { LLM: "llm", CHAIN: "chain", TOOL: "tool", RETRIEVER: "retr", AGENT: "agent" };
const MAX_ROWS = 500;
const PER_FRAME = 12;
const NO_WAITS = [];

/** Show the runs of a tree; returns whether all of them are shown. */
export function renderTree(axisElement, treeElement, rows, selected, waits, now) {
	const shown = rows.slice(0, MAX_ROWS);
	const { start, length } = span(shown, now);
	const scale = axis(length);
	renderAxis(axisElement, scale);
	const all = reconcile(treeElement, shown, (row) => row.run.id, create, (element, row) => {
		const own = waits.get(row.run.id) ?? NO_WAITS;
		if (isStale(element, row.run, row.depth, row.inside, row.collapsed, row.run.id === selected, own.length, own.at(-1)?.end,
				start, scale.end, lengthOf(row.run, now))) {
			update(element, row, selected, own, start, scale.end, now);
		}
	}, PER_FRAME);
	setAttribute(treeElement, "aria-activedescendant", selected ? "node-" + selected : null);
	return all;
}

function renderAxis(element, scale) {
	reconcile(element, scale.ticks, String, () => h("span"), (tick, at) => {
		setStyle(tick, "inset-inline-start", at / scale.end * 100 + "%");
		setText(tick, at === 0 ? "0" : time(at));
	});
}

function create({ run }) {
	return h("div", { role: "treeitem", id: "node-" + run.id },
		h("span", { class: "label" }, h("span", { class: "twist", "aria-hidden": "true" }), h("span", { class: "state" }),
			h("span", { class: "type" }), h("span", { class: "name" }), h("span", { class: "model" })),
		h("span", { class: "lane" }, h("span", { class: "bar" }, h("span", { class: "first" })), h("span", { class: "marks" })),
		h("span", { class: "time" }));
}

function update(element, { run, depth, inside, collapsed }, selected, waits, start, end, now) {
	const [label, lane, duration] = element.children;
	const [twist, , type, name, model] = label.children;
	const [bar, marks] = lane.children;
	const from = instant(run.startedAt);
	const length = lengthOf(run, now);
	setAttribute(element, "aria-level", depth + 1);
	setAttribute(element, "aria-selected", String(run.id === selected));
	setAttribute(element, "aria-expanded", inside > 0 ? String(!collapsed) : null);
	setAttribute(element, "data-state", run.state);
	setAttribute(element, "data-type", run.type);
	setStyle(label, "padding-inline-start", Math.min(depth, 12) * 14 + "px");
	setText(twist, inside > 0 ? (collapsed ? "▸" : "▾") : "");
	setText(type, SHORT[run.type] ?? run.type.toLowerCase());
	setText(name, run.name);
	setAttribute(name, "title", run.name);
	setText(model, run.model ?? "");
	setText(duration, time(length));
	setStyle(bar, "inset-inline-start", (from - start) / end * 100 + "%");
	setStyle(bar, "inline-size", length / end * 100 + "%");
	const first = millis(run.timeToFirstToken);
	setStyle(bar.firstElementChild, "inline-size", first !== null && length > 0 ? Math.min(100, first / length * 100) + "%" : "0");
	setAttribute(bar, "title", first !== null ? "first token after " + time(first) : null);
	renderMarks(marks, run, waits, start, end);
	setAttribute(element, "aria-label", [SHORT[run.type], run.name, run.model, STATE_NAMES[run.state], time(length),
		first !== null ? "first token after " + time(first) : null, run.usage ? count(run.usage.output) + " output tokens" : null,
		run.error].filter(Boolean).join(", "));
}

function renderMarks(marks, run, waits, start, end) {
	const spans = [
		...run.retries.map((retry) => ({ kind: "retry", from: instant(retry.at), length: millis(retry.delay) ?? 0, title: "retry after " + retry.error })),
		...waits.map((wait) => ({ kind: "wait", from: wait.start, length: wait.end - wait.start,
			title: "waited " + time(wait.end - wait.start) + " for handler " + wait.handler })),
	];
	reconcile(marks, spans, (mark) => mark.kind + Math.round(mark.from), (mark) => h("span", { class: mark.kind }), (element, mark) => {
		setStyle(element, "inset-inline-start", (mark.from - start) / end * 100 + "%");
		setStyle(element, "inline-size", Math.max(0, mark.length) / end * 100 + "%");
		setAttribute(element, "title", mark.title);
	});
}
