// @ts-check
import { setAttribute, setText, h } from "./dom.js";
import { count, plural } from "./format.js";
import { apply, choices, createModel, select, treeRows, visibleTrees } from "./model.js";
import { change, Poll } from "./poll.js";
import { endOf, readRecording } from "./recording.js";
import { renderList, STATE_NAMES } from "./list.js";
import { renderTree } from "./tree.js";
import { Detail } from "./detail.js";
import { Handlers } from "./handlers.js";

const byId = (id) => /** @type {any} */ (document.getElementById(id));
const MAX_FILE = 64 * 1024 * 1024;

let model = createModel();
const live = model;
let recording = null;
const collapsed = new Set();
const filter = { text: "", state: "", type: "", model: "", tag: "" };
let visible = [];
let rows = [];
/** what visible and rows were made of */
let madeOf = [];
let followLatest = true;
let scheduled = false;

const detail = new Detail(byId("detail"), (id) => send("DELETE", id, undefined, "The run could not be cancelled"), schedule);
const handlers = new Handlers(byId("handlers"), (name, enabled) => send("POST", name, { enabled }, "The handler could not be switched"));
const poll = new Poll(
	() => ({ after: live.change, run: live.run, from: live.text.length }),
	(answer, request) => {
		apply(live, answer, request, Date.now());
		schedule();
	},
	(state, status) => {
		const text = recording ? "Recording" : state === "live" ? "Live" : state === "denied" ? "Access denied" : "Not connected";
		setText(byId("connection-text"), text + (state !== "live" && status ? " (" + status + ")" : ""));
		setAttribute(byId("connection"), "data-state", recording ? "recording" : state);
	});

function schedule() {
	if (!scheduled) {
		scheduled = true;
		requestAnimationFrame(() => {
			scheduled = false;
			render();
		});
	}
}

function render() {
	const now = recording ? recording.end : Date.now() + live.offset;
	refresh();
	if (model.tree === null && followLatest && visible.length > 0 && !narrow()) {
		selectTree(visible[0].root.id);
		refresh();
	}
	let complete = renderList(byId("list"), visible, model.tree, now);
	byId("list").hidden = visible.length === 0;
	byId("list-empty").hidden = visible.length > 0;
	setText(byId("list-empty"), model.trees.size > 0 ? "No run matches the filter." : recording ? "The recording has no runs." : "No runs yet. Call a model, and it appears here.");
	const run = model.run !== null ? model.runs.get(model.run) : undefined;
	byId("run-empty").hidden = run !== undefined || model.tree !== null;
	byId("timeline").hidden = rows.length === 0;
	byId("detail").hidden = run === undefined;
	if (rows.length > 0) {
		complete = renderTree(byId("ticks"), byId("tree"), rows, model.run, model.waits, now) && complete;
	}
	if (run) {
		detail.render(run, model, now, recording === null);
	}
	if (!byId("handlers").hidden) {
		handlers.render(live.handlers, live.executors, live.readOnly);
	}
	const active = [...model.trees.values()].filter((tree) => tree.active > 0).length;
	const title = active > 0 ? "(" + active + ") Runs" : "Runs";
	if (document.title !== title) {
		document.title = title;
	}
	if (!complete) {
		schedule();
	}
}

function refresh() {
	const parts = [model, model.version, ...Object.values(filter), ...collapsed];
	if (parts.length !== madeOf.length || parts.some((part, i) => part !== madeOf[i])) {
		madeOf = parts;
		visible = visibleTrees(model, filter);
		rows = treeRows(model, collapsed);
		renderChoices();
	}
}

function renderChoices() {
	const { types, models, tags } = choices(model);
	setChoices("filter-state", Object.entries(STATE_NAMES).map(([value, name]) => [value, name[0].toUpperCase() + name.slice(1)]), filter.state);
	setChoices("filter-type", types.map((type) => [type, type[0] + type.slice(1).toLowerCase()]), filter.type);
	setChoices("filter-model", models.map((name) => [name, name]), filter.model);
	setChoices("filter-tag", tags.map((name) => [name, name]), filter.tag);
}

function setChoices(id, values, selected) {
	const element = byId(id);
	const key = values.map(([value]) => value).join("\n");
	if (element.dataset.values !== key) {
		element.dataset.values = key;
		element.replaceChildren(element.firstElementChild, ...values.map(([value, name]) => h("option", { value }, name)));
		element.value = selected;
	}
}

function narrow() {
	return matchMedia("(max-width: 760px)").matches;
}

function selectTree(id) {
	followLatest = false;
	selectRun(id, id);
}

function selectRun(tree, run) {
	select(model, tree, run);
	if (recording) {
		model.runs = new Map((recording.runsOf.get(tree) ?? []).map((each) => [each.id, each]));
		const content = recording.contents.get(run);
		model.detail = content ? { id: run, ...content } : null;
	}
	else {
		poll.restart();
	}
	schedule();
}

async function send(method, name, body, failure) {
	let ok = false;
	try {
		const result = await change(method, name, body);
		ok = result.ok;
		if (result.status === 401 || result.status === 403) {
			notice(failure + ": the application refuses such requests of this page (" + result.status + "). From a terminal:", result.command);
		}
		else if (!result.ok) {
			notice(failure + " (" + result.status + ")." + (result.status === 404 ? " It has probably ended." : ""));
		}
	}
	catch {
		notice(failure + ": the application does not answer.");
	}
	poll.handlersAt = -Infinity;
	poll.restart();
	return ok;
}

function notice(text, code) {
	setText(byId("notice-text"), text);
	setText(byId("notice-code"), code ?? "");
	byId("notice-code").hidden = !code;
	byId("notice").hidden = false;
}

async function openFile(file) {
	if (file.size > MAX_FILE) {
		notice("The recording is larger than 64 MB.");
		return;
	}
	const read = readRecording(await file.text());
	if (read.trees.size === 0) {
		notice(file.name + " is not a recording of JsonLinesRecorder.");
		return;
	}
	recording = { ...read, end: endOf(read) };
	model = createModel();
	model.trees = read.trees;
	model.content = "SHOWN";
	followLatest = true;
	setText(byId("recording-text"), file.name + ": " + plural(read.trees.size, "root run") + ", " + plural(read.contents.size, "run")
		+ (read.skipped > 0 ? ", " + count(read.skipped) + " lines not understood" : ""));
	byId("recording").hidden = false;
	setText(byId("connection-text"), "Recording");
	setAttribute(byId("connection"), "data-state", "recording");
	document.body.dataset.view = "list";
	poll.pause(true);
	schedule();
}

function closeRecording() {
	recording = null;
	model = live;
	byId("recording").hidden = true;
	poll.pause(false);
	schedule();
}

function move(items, selected, step) {
	const at = items.indexOf(selected);
	return items[Math.max(0, Math.min(items.length - 1, at < 0 ? 0 : at + step))];
}

function step(event) {
	return { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -1e6, End: 1e6 }[event.key];
}

byId("list").addEventListener("click", (event) => {
	const row = event.target.closest("[role=option]");
	if (row) {
		selectTree(row.dataset.key);
		document.body.dataset.view = "run";
	}
});
byId("list").addEventListener("keydown", (event) => {
	const by = step(event);
	if (by !== undefined && visible.length > 0) {
		event.preventDefault();
		const id = move(visible.map((tree) => tree.root.id), model.tree, by);
		selectTree(id);
		document.getElementById("run-" + id)?.scrollIntoView({ block: "nearest" });
	}
	else if (event.key === "Enter" && model.tree) {
		document.body.dataset.view = "run";
		byId("tree").focus();
	}
});
byId("tree").addEventListener("click", (event) => {
	const row = event.target.closest("[role=treeitem]");
	if (!row) {
		return;
	}
	if (event.target.classList.contains("twist") && row.hasAttribute("aria-expanded")) {
		toggleCollapsed(row.dataset.key);
	}
	selectRun(model.tree, row.dataset.key);
});
byId("tree").addEventListener("keydown", (event) => {
	const by = step(event);
	const row = rows.find((each) => each.run.id === model.run);
	if (by !== undefined && rows.length > 0) {
		event.preventDefault();
		const id = move(rows.map((each) => each.run.id), model.run, by);
		selectRun(model.tree, id);
		document.getElementById("node-" + id)?.scrollIntoView({ block: "nearest" });
	}
	else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && row?.inside > 0
			&& collapsed.has(row.run.id) === (event.key === "ArrowRight")) {
		event.preventDefault();
		toggleCollapsed(row.run.id);
	}
});

function toggleCollapsed(id) {
	if (!collapsed.delete(id)) {
		collapsed.add(id);
	}
	schedule();
}

for (const name of ["text", "state", "type", "model", "tag"]) {
	byId("filter-" + name).addEventListener("input", (event) => {
		filter[name] = event.target.value;
		schedule();
	});
}
byId("filter").addEventListener("submit", (event) => event.preventDefault());
byId("back").addEventListener("click", () => {
	document.body.dataset.view = "list";
	byId("list").focus();
});
byId("handlers-toggle").addEventListener("click", () => {
	const open = byId("handlers").hidden;
	byId("handlers").hidden = !open;
	setAttribute(byId("handlers-toggle"), "aria-expanded", String(open));
	schedule();
});
byId("notice-close").addEventListener("click", () => byId("notice").hidden = true);
byId("recording-close").addEventListener("click", closeRecording);
byId("open").addEventListener("click", () => byId("file").click());
byId("file").addEventListener("change", (event) => {
	if (event.target.files[0]) {
		openFile(event.target.files[0]);
		event.target.value = "";
	}
});
document.addEventListener("keydown", (event) => {
	const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(/** @type {any} */ (event.target).tagName);
	if (event.key === "/" && !typing) {
		event.preventDefault();
		byId("filter-text").focus();
	}
	else if (event.key === "Escape" && event.target === byId("filter-text")) {
		byId("list").focus();
	}
});
addEventListener("dragover", (event) => {
	event.preventDefault();
	byId("drop").hidden = false;
});
addEventListener("dragleave", (event) => byId("drop").hidden = event.relatedTarget === null ? true : byId("drop").hidden);
addEventListener("drop", (event) => {
	event.preventDefault();
	byId("drop").hidden = true;
	const file = event.dataTransfer?.files[0];
	if (file) {
		openFile(file);
	}
});

// a page in a frame might be clicked on without being seen
if (window.top !== window.self) {
	document.body.replaceChildren(h("p", { class: "empty" }, "The run view does not work inside another page."));
}
else {
	setInterval(() => {
		if (!document.hidden && [...model.trees.values()].some((tree) => tree.active > 0)) {
			schedule();
		}
	}, 250);
	schedule();
}
