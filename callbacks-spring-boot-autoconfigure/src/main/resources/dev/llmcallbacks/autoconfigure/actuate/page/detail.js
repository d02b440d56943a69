// @ts-check
// What went into the selected run and what came out of it.
import { h, isStale, reconcile, setAttribute, setName, setText } from "./dom.js";
import { clock, cost, count, fitting, instant, millis, plural, pretty, time } from "./format.js";
import { lengthOf } from "./model.js";
import { STATE_NAMES } from "./list.js";

const COLLAPSED = 3000;
const PER_FRAME = 4000;
const PARTS_PER_FRAME = 6;
/** Stands for the text that is being streamed. */
const STREAM = { kind: "ai" };
const NAMES = {
	system: "System", human: "Human", ai: "AI", tool: "Tool", reasoning: "Reasoning", "tool-call": "Tool call",
	arguments: "Arguments", query: "Query", document: "Document", media: "Media", input: "Input", output: "Output",
	text: "Text", event: "Event", progress: "Progress", retry: "Retry", error: "Error", cause: "Caused by",
};
const HIDDEN = {
	NEVER: "Contents are not shown. management.endpoint.llmruns.show-content is never.",
	UNAUTHORIZED: "Contents are not shown to you. Open the page with the address in the application's log, which has a token, or log in as a user who may see them.",
};

export class Detail {

	/** @param {HTMLElement} element @param {(id: string) => void} cancel @param {() => void} again */
	constructor(element, cancel, again) {
		this.element = element;
		this.cancel = cancel;
		this.again = again;
		this.run = null;
		this.detail = null;
		this.opened = new Set();
		this.complete = true;
		this.running = false;
		/** whether the end stays in view while the response grows */
		this.following = false;
		this.build();
		this.top = 0;
		element.addEventListener("scroll", () => {
			const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
			// a block that is laid out grows, which is no reason to stop; scrolling up is
			this.following = this.running && (atEnd || (this.following && element.scrollTop >= this.top));
			this.top = element.scrollTop;
		});
		new ResizeObserver(() => this.follow()).observe(element);
	}

	follow() {
		if (this.following) {
			this.element.scrollTop = this.element.scrollHeight;
		}
	}

	build() {
		this.state = h("span", { class: "chip" });
		this.title = h("h2");
		this.cancelButton = h("button", { type: "button", class: "danger" }, "Cancel run");
		this.cancelButton.addEventListener("click", () => this.run && this.cancel(this.run));
		this.facts = h("dl");
		this.waiting = h("p", { class: "hint" }, "Waiting for the response.");
		this.stream = h("div");
		this.streamed = 0;
		this.streaming = h("section", { class: "part ai" }, h("h4", null, "AI"), h("div", null, this.waiting, this.stream));
		this.hint = h("p", { class: "hint" });
		this.groups = ["Error", "Input", "Output", "Events"].map((name) => h("div", { class: "group" }, h("h3", null, name), h("div", { class: "parts" })));
		this.tables = ["Options", "Metadata"].map((name) => h("div", { class: "group" }, h("h3", null, name), h("dl", { class: "pairs" })));
		this.omitted = h("p", { class: "hint" });
		this.content = h("div", { class: "content" }, ...this.groups, ...this.tables, this.omitted);
		this.element.append(h("div", { class: "head" }, this.title, this.state, this.cancelButton), this.facts, this.hint, this.content);
		this.clear();
	}

	clear() {
		this.detail = null;
		this.opened = new Set();
		this.complete = true;
		this.stream.replaceChildren();
		this.streamed = 0;
		for (const group of [...this.groups, ...this.tables]) {
			group.lastElementChild.replaceChildren();
			group.hidden = true;
		}
		this.omitted.hidden = true;
	}

	render(run, model, now, live) {
		const changed = run.id !== this.run;
		if (changed) {
			this.run = run.id;
			this.clear();
			this.following = false;
			this.element.scrollTop = 0;
		}
		// a recording may end before a run
		this.running = live && run.state === "RUNNING";
		this.following &&= this.running;
		setName(this.title, run.name);
		setText(this.state, STATE_NAMES[run.state]);
		setAttribute(this.state, "data-state", run.state);
		this.cancelButton.hidden = !live || model.readOnly || run.state !== "RUNNING";
		this.renderFacts(run, now, model.waits.get(run.id) ?? []);
		this.renderContent(run, model);
	}

	renderFacts(run, now, waits) {
		const length = lengthOf(run, now);
		const first = millis(run.timeToFirstToken);
		const usage = run.usage;
		const generating = first !== null ? length - first : null;
		const waited = waits.reduce((sum, wait) => sum + wait.end - wait.start, 0);
		const facts = [
			["Type", run.type.toLowerCase()],
			["Model", run.model ? run.model + (run.provider && run.provider !== "unknown" ? " · " + run.provider : "") : null],
			["Started", clock(instant(run.startedAt))], ["Duration", time(length)],
			["First token", first !== null ? time(first) : null],
			["Tokens", usage ? count(usage.input) + " in · " + count(usage.output) + " out" : run.tokens > 0 ? count(run.tokens) + " so far" : null],
			["Cached", usage && (usage.cacheRead || usage.cacheWrite) ? count(usage.cacheRead) + " read" + (usage.cacheWrite ? " · " + count(usage.cacheWrite) + " written" : "") : null],
			["Reasoning", usage?.reasoning ? plural(usage.reasoning, "token") : null],
			["Speed", generating > 0 && usage?.output > 1 ? (usage.output / generating * 1000).toFixed(1) + " tokens/s" : null],
			["Cost", run.cost != null ? cost(run.cost) : null],
			["Handlers", waited > 0 ? "waited " + time(waited) + " for " + [...new Set(waits.map((wait) => wait.handler))].join(", ") : null],
			["Retries", run.retries.length ? String(run.retries.length) : null],
			["Tags", run.tags.length ? run.tags.join(", ") : null],
			["Error", run.error],
			["Incomplete", run.complete ? null : "not everything could be kept"],
			["Id", run.id],
		].filter(([, value]) => value !== null && value !== undefined);
		const names = facts.map(([name]) => name).join();
		if (this.facts.dataset.names !== names) {
			this.facts.dataset.names = names;
			this.facts.replaceChildren(...facts.map(([name]) => h("div", { "data-fact": name }, h("dt", null, name), h("dd"))));
		}
		facts.forEach(([, value], i) => {
			const element = this.facts.children[i].lastElementChild;
			if (isStale(element, value)) {
				setText(element, value);
				setAttribute(element, "title", value);
			}
		});
	}

	renderContent(run, model) {
		const hint = model.content !== null && model.content !== "SHOWN" ? HIDDEN[model.content] : null;
		setText(this.hint, hint ?? "");
		this.hint.hidden = hint === null;
		this.content.hidden = hint !== null;
		if (hint !== null) {
			return;
		}
		if (model.detail && model.detail.id === run.id && (model.detail !== this.detail || !this.complete)) {
			const first = this.detail === null;
			this.detail = model.detail;
			this.complete = this.renderSections(model.detail, this.running && run.type === "LLM");
			this.following ||= first && this.running;
			if (!this.complete) {
				this.again();
			}
		}
		if (this.running) {
			this.appendText(model.text);
			this.follow();
		}
	}

	// a part per frame, in blocks of lines, so that a long text is not laid out as a whole
	appendText(text) {
		this.waiting.hidden = text.length > 0;
		if (text.length <= this.streamed) {
			return;
		}
		const added = text.slice(this.streamed, this.streamed + PER_FRAME);
		this.streamed += added.length;
		appendBlocks(this.stream, added);
		if (this.streamed < text.length) {
			this.again();
		}
	}

	/** Show the contents; returns whether all of them are shown, or the rest is in later frames. */
	renderSections(detail, streams) {
		const errors = detail.outputs.filter((part) => part.kind === "error" || part.kind === "cause");
		const plain = (parts) => parts.filter((part) => part.kind !== "option" && part.kind !== "metadata" && !errors.includes(part));
		const sections = [errors, plain(detail.inputs), streams ? [STREAM] : plain(detail.outputs), detail.moments];
		// the text that has been streamed stays where it is
		const same = !streams && this.streamed > 0 ? sections[2].find((part) => part.kind === "ai" && part.length === this.streamed) : STREAM;
		for (const [i, parts] of sections.entries()) {
			this.groups[i].hidden = parts.length === 0;
			const all = reconcile(this.groups[i].lastElementChild, parts, (part, at) => part === same ? "stream" : i + "-" + at,
				(part) => part === same ? this.streaming : h("section"), (element, part) => this.updatePart(element, part), PARTS_PER_FRAME);
			if (!all) {
				return false;
			}
		}
		for (const [i, kind] of ["option", "metadata"].entries()) {
			const parts = [...detail.inputs, ...detail.outputs].filter((part) => part.kind === kind);
			this.tables[i].hidden = parts.length === 0;
			reconcile(this.tables[i].lastElementChild, parts, (part, at) => String(at), () => h("div", null, h("dt"), h("dd")), (row, part) => {
				setName(row.firstElementChild, part.label ?? "");
				setText(row.lastElementChild, part.text ?? "");
			});
		}
		setText(this.omitted, plural(detail.omitted, "further part") + " not shown.");
		this.omitted.hidden = detail.omitted === 0;
		return true;
	}

	updatePart(element, part) {
		if (element === this.streaming || !isStale(element, part.kind, part.label, part.text, part.length)) {
			return;
		}
		const failure = part.kind === "error" || part.kind === "cause";
		const label = h("span", { class: "part-label", title: part.label ?? undefined });
		setName(label, failure && part.label ? part.label.slice(part.label.lastIndexOf(".") + 1) : part.label ?? "");
		setAttribute(element, "class", "part " + part.kind);
		element.replaceChildren(h("h4", null, NAMES[part.kind] ?? part.kind, part.label ? label : null),
			part.text == null ? h("p", { class: "hint" }, "Removed by the content filter.") : this.text(part, element));
	}

	text(part, owner) {
		const text = pretty(part.text);
		const element = h("div");
		if (text.length === 0) {
			element.append(h("p", { class: "hint" }, "Empty."));
		}
		else if (text.length <= COLLAPSED || this.opened.has(owner)) {
			appendBlocks(element, text);
			if (part.length > part.text.length) {
				element.append(h("p", { class: "hint" }, count(part.length - part.text.length) + " further characters not shown."));
			}
		}
		else {
			const more = h("button", { type: "button", class: "more" }, "Show all " + count(part.length) + " characters");
			more.addEventListener("click", () => {
				this.opened.add(owner);
				element.replaceWith(this.text(part, owner));
			});
			element.append(h("pre", { class: "text" }, text.slice(0, COLLAPSED) + "…"), more);
		}
		return element;
	}

}

// a frame lays out one block, however long the text is
function appendBlocks(parent, text) {
	let block = parent.lastElementChild?.firstChild ?? null;
	let rest = text;
	while (rest.length > 0) {
		const taken = block ? fitting(rest, block.data) : 0;
		if (taken > 0) {
			block.appendData(rest.slice(0, taken));
			rest = rest.slice(taken);
		}
		if (rest.length > 0) {
			block = document.createTextNode("");
			parent.append(h("pre", { class: "text" }, block));
		}
	}
}
