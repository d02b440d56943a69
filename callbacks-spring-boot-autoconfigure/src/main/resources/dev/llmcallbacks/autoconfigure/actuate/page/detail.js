// @ts-check
// What went into the selected run and what came out of it.
import { h, setAttribute, setText } from "./dom.js";
import { clock, cost, count, instant, millis, plural, pretty, time } from "./format.js";
import { lengthOf } from "./model.js";
import { STATE_NAMES } from "./list.js";

const COLLAPSED = 3000;
const PER_FRAME = 4000;
const BLOCK = 2000;
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
		this.build();
	}

	build() {
		this.state = h("span", { class: "chip" });
		this.title = h("h2");
		this.cancelButton = h("button", { type: "button", class: "danger" }, "Cancel run");
		this.cancelButton.addEventListener("click", () => this.run && this.cancel(this.run));
		this.facts = h("dl");
		this.stream = h("div");
		this.streamed = 0;
		this.streaming = h("section", { class: "part ai" }, h("h4", null, "AI"), this.stream);
		this.content = h("div", { class: "content" });
		this.element.append(h("div", { class: "head" }, this.title, this.state, this.cancelButton), this.facts, this.content);
	}

	render(run, model, now, live) {
		const changed = run.id !== this.run;
		if (changed) {
			this.run = run.id;
			this.detail = null;
			this.hint = null;
			this.opened = new Set();
			this.stream.replaceChildren();
			this.streamed = 0;
			this.content.replaceChildren();
			this.element.scrollTop = 0;
		}
		setText(this.title, run.name);
		setText(this.state, STATE_NAMES[run.state]);
		setAttribute(this.state, "data-state", run.state);
		this.cancelButton.hidden = !live || model.readOnly || run.state !== "RUNNING";
		this.renderFacts(run, now, model.waits.get(run.id) ?? []);
		this.renderContent(run, model, changed);
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
		facts.forEach(([, value], i) => setText(this.facts.children[i].lastElementChild, value));
	}

	renderContent(run, model, changed) {
		const hint = model.content !== null && model.content !== "SHOWN" ? HIDDEN[model.content] : null;
		if (hint) {
			if (this.hint !== hint) {
				this.hint = hint;
				this.content.replaceChildren(h("p", { class: "hint" }, hint));
			}
			return;
		}
		if (model.detail && model.detail.id === run.id && model.detail !== this.detail) {
			this.detail = model.detail;
			this.content.replaceChildren(...this.sections(model.detail, run.state === "RUNNING"));
			if (changed && run.state === "RUNNING") {
				this.element.scrollTop = this.element.scrollHeight;
			}
		}
		if (run.state === "RUNNING") {
			this.appendText(model.text);
		}
	}

	// a part per frame, in blocks of lines, so that a long text is not laid out as a whole
	appendText(text) {
		this.streaming.hidden = text.length === 0;
		if (text.length <= this.streamed) {
			return;
		}
		const first = this.streamed === 0;
		const atEnd = this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < 40;
		let rest = text.slice(this.streamed, this.streamed + PER_FRAME);
		this.streamed += rest.length;
		while (rest.length > 0) {
			let block = this.stream.lastElementChild;
			if (!block || (block.firstChild.length >= BLOCK && block.firstChild.data.endsWith("\n"))) {
				block = h("pre", { class: "text" }, document.createTextNode(""));
				this.stream.append(block);
			}
			const left = BLOCK - block.firstChild.length;
			const end = rest.indexOf("\n", Math.max(0, left));
			const taken = end < 0 ? rest : rest.slice(0, end + 1);
			block.firstChild.appendData(taken);
			rest = rest.slice(taken.length);
		}
		if (atEnd || first) {
			this.element.scrollTop = this.element.scrollHeight;
		}
		if (this.streamed < text.length) {
			this.again();
		}
	}

	sections(detail, running) {
		const errors = detail.outputs.filter((part) => part.kind === "error" || part.kind === "cause");
		const outputs = detail.outputs.filter((part) => !errors.includes(part));
		const facts = (kind) => [...detail.inputs, ...detail.outputs].filter((part) => part.kind === kind);
		const plain = (parts) => parts.filter((part) => part.kind !== "option" && part.kind !== "metadata");
		const sections = [
			this.section("Error", errors, "e"),
			this.section("Input", plain(detail.inputs), "i"),
			running ? h("div", { class: "group" }, h("h3", null, "Output"), this.streaming) : this.section("Output", plain(outputs), "o", this.streamed),
			this.section("Events", detail.moments, "m"),
			this.table("Options", facts("option")), this.table("Metadata", facts("metadata")),
		];
		if (detail.omitted > 0) {
			sections.push(h("p", { class: "hint" }, plural(detail.omitted, "further part") + " not shown."));
		}
		return sections.filter((section) => section !== null);
	}

	// the text that has been streamed stays where it is
	section(name, parts, prefix, streamed = 0) {
		const same = streamed > 0 ? parts.find((part) => part.kind === "ai" && part.length === streamed) : undefined;
		return parts.length === 0 ? null : h("div", { class: "group" }, h("h3", null, name),
			...parts.map((part, i) => part === same ? this.streaming : this.part(part, prefix + i)));
	}

	part(part, key) {
		const body = part.text == null ? h("p", { class: "hint" }, "Removed by the content filter.") : this.text(part, key);
		return h("section", { class: "part " + part.kind },
			h("h4", null, NAMES[part.kind] ?? part.kind, part.label ? h("span", { class: "part-label", title: part.label },
				part.kind === "error" || part.kind === "cause" ? part.label.slice(part.label.lastIndexOf(".") + 1) : part.label) : null), body);
	}

	text(part, key) {
		const text = pretty(part.text);
		const element = h("pre", { class: "text" });
		if (text.length <= COLLAPSED || this.opened.has(key)) {
			element.textContent = text;
			return h("div", null, element, part.length > part.text.length
				? h("p", { class: "hint" }, count(part.length - part.text.length) + " further characters not shown.") : null);
		}
		element.textContent = text.slice(0, COLLAPSED) + "…";
		const more = h("button", { type: "button", class: "more" }, "Show all " + count(part.length) + " characters");
		more.addEventListener("click", () => {
			this.opened.add(key);
			more.parentElement?.replaceWith(this.text(part, key));
		});
		return h("div", null, element, more);
	}

	table(name, parts) {
		return parts.length === 0 ? null : h("div", { class: "group" }, h("h3", null, name), h("dl", { class: "pairs" },
			...parts.map((part) => h("div", null, h("dt", null, part.label ?? ""), h("dd", null, part.text ?? "")))));
	}

}
