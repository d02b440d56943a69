// @ts-check
// What the application's handlers do and cost.
import { h, reconcile, setAttribute, setText } from "./dom.js";
import { count, millis, time } from "./format.js";

const COLUMNS = [
	["Events", "events that it was called for", (handler) => count(handler.statistics.delivered)],
	["Mean", "mean time per event", (handler) => time(millis(handler.statistics.mean))],
	["Longest", "longest time for an event", (handler) => time(millis(handler.statistics.longest))],
	["Held up", "time that runs have waited for it", (handler) => time(millis(handler.statistics.timeHeldUp))],
	["Lane", "largest number of events of one run that waited, of those that may", (handler) =>
		handler.statistics.deepestLane + " / " + handler.settings.bufferSize],
	["Dropped", "events that it did not get", (handler) => count(handler.statistics.dropped)],
	["Failed", "events for which it failed", (handler) => count(handler.statistics.failed)],
	["Late", "events for which it took longer than its timeout", (handler) => count(handler.statistics.timedOut)],
	["Rejected", "tasks that its executor rejected, each submitted again", (handler) => count(handler.statistics.rejected)],
];
const BAD = new Set(["Dropped", "Failed", "Late", "Rejected"]);

export class Handlers {

	/** @param {HTMLElement} element @param {(name: string, enabled: boolean) => Promise<boolean>} toggle returns whether it succeeded */
	constructor(element, toggle) {
		this.toggle = toggle;
		/** what switches were set to, until the application says so */
		this.wanted = new Map();
		this.body = h("tbody");
		this.empty = h("p", { class: "empty" }, "The application has no handlers.");
		this.executors = h("p", { class: "hint" });
		element.append(h("table", null, h("caption", null, "Handlers"), h("thead", null, h("tr", null, h("th", { scope: "col" }, "On"), h("th", { scope: "col" }, "Handler"),
			...COLUMNS.map(([name, title]) => h("th", { scope: "col", title: String(title) }, String(name))))), this.body), this.empty, this.executors);
	}

	render(handlers, executors, readOnly) {
		const entries = Object.entries(handlers ?? {});
		this.empty.hidden = entries.length > 0;
		reconcile(this.body, entries, ([name]) => name, ([name]) => this.create(name), (row, entry) => this.update(row, entry, readOnly));
		setText(this.executors, Object.entries(executors ?? {}).map(([name, executor]) => name + ": "
			+ (executor.maxPoolSize != null ? executor.active + " of " + executor.maxPoolSize + " threads at work, " + count(executor.queued ?? 0) + " tasks queued"
				: "a thread per task")).join(" · "));
	}

	create(name) {
		const box = h("input", { type: "checkbox", role: "switch", "aria-label": "Handler " + name });
		box.addEventListener("change", async () => {
			const enabled = /** @type {HTMLInputElement} */ (box).checked;
			this.wanted.set(name, enabled);
			if (!await this.toggle(name, enabled) && this.wanted.get(name) === enabled) {
				this.wanted.delete(name);
			}
		});
		return h("tr", null, h("td", null, box), h("th", { scope: "row" }, h("span", { class: "name" }), h("span", { class: "type" })),
			...COLUMNS.map(() => h("td")));
	}

	update(row, [name, handler], readOnly) {
		const box = row.children[0].firstElementChild;
		if (this.wanted.get(name) === handler.enabled) {
			this.wanted.delete(name);
		}
		box.checked = this.wanted.get(name) ?? handler.enabled;
		box.disabled = readOnly;
		const [title, type] = row.children[1].children;
		setText(title, name);
		const now = handler.now.length > 0 ? " · " + handler.now[0].event + " for " + time(millis(handler.now[0].duration)) : "";
		setText(type, handler.type.slice(handler.type.lastIndexOf(".") + 1) + (handler.method ? "." + handler.method : "")
			+ " · " + handler.settings.delivery.toLowerCase() + now);
		setAttribute(type, "title", handler.type);
		COLUMNS.forEach(([column, , value], i) => {
			const cell = row.children[i + 2];
			const text = String(/** @type {Function} */ (value)(handler));
			setText(cell, text);
			setAttribute(cell, "class", BAD.has(String(column)) && text !== "0" ? "bad" : null);
		});
	}

}
