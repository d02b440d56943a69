// @ts-check
// The list of root runs.
import { h, isStale, reconcile, setAttribute, setText } from "./dom.js";
import { clock, cost, count, instant, plural, time } from "./format.js";
import { lengthOf, stateOf } from "./model.js";

export const STATE_NAMES = { RUNNING: "active", COMPLETED: "completed", FAILED: "failed", CANCELLED: "cancelled" };

const PER_FRAME = 12;

/** Show the trees; returns whether all of them are shown. */
export function renderList(list, trees, selected, now) {
	const all = reconcile(list, trees, (tree) => tree.root.id, create, (row, tree) => {
		if (isStale(row, tree, tree.root.id === selected, lengthOf(tree.root, now))) {
			update(row, tree, selected, now);
		}
	}, PER_FRAME);
	setAttribute(list, "aria-activedescendant", selected && trees.some((tree) => tree.root.id === selected) ? "run-" + selected : null);
	return all;
}

function create(tree) {
	return h("li", { role: "option", id: "run-" + tree.root.id },
		h("span", { class: "state" }),
		h("span", { class: "name" }), h("span", { class: "time" }),
		h("span", { class: "about" }), h("span", { class: "tokens" }));
}

function update(row, tree, selected, now) {
	const root = tree.root;
	const state = stateOf(tree);
	const [dot, name, duration, about, tokens] = row.children;
	setAttribute(row, "aria-selected", String(root.id === selected));
	setAttribute(row, "data-state", state);
	setAttribute(dot, "title", STATE_NAMES[state]);
	setText(name, root.name);
	setAttribute(name, "title", root.name);
	setText(duration, time(lengthOf(root, now)));
	const facts = [clock(instant(root.startedAt)), root.type === "LLM" && tree.runs === 1 ? null : plural(tree.runs, "run"),
		...tree.models.slice(0, 2), root.error, !root.error && tree.failed ? tree.failed + " failed inside" : null,
		tree.retries > 0 ? plural(tree.retries, "retry").replace("retrys", "retries") : null, ...root.tags.map((tag) => "#" + tag)];
	setText(about, facts.filter(Boolean).join(" · "));
	setText(tokens, tree.usage ? count(tree.usage.input) + " → " + count(tree.usage.output) + (tree.cost != null ? " · " + cost(tree.cost) : "")
		: tree.tokens > 0 ? plural(tree.tokens, "token") : "");
	setAttribute(row, "aria-label", [root.name, STATE_NAMES[state], duration.textContent, about.textContent, tokens.textContent]
		.filter(Boolean).join(", "));
}
