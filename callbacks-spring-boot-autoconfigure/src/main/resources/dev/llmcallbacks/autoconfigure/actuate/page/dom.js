// @ts-check
// Every text becomes a text node: nothing here parses HTML.
import { words } from "./format.js";

/**
 * @param {string} tag
 * @param {Record<string, string | boolean | undefined> | null} [attributes]
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes ?? {})) {
		if (value !== undefined && value !== false) {
			element.setAttribute(name, value === true ? "" : value);
		}
	}
	for (const child of children) {
		if (child !== null && child !== undefined) {
			element.append(child);
		}
	}
	return element;
}

/** Set a text only if it differs, so that nothing is laid out anew without need. */
export function setText(element, text) {
	if (element.textContent !== text) {
		element.textContent = text;
	}
}

/** Set a name, in which a line can break between its words rather than inside of them. */
export function setName(element, name) {
	if (element.textContent !== name) {
		element.replaceChildren(...words(name).flatMap((word, i) => i > 0 ? [h("wbr"), word] : [word]));
	}
}

export function setAttribute(element, name, value) {
	if (value === null || value === false) {
		if (element.hasAttribute(name)) {
			element.removeAttribute(name);
		}
	}
	else if (element.getAttribute(name) !== String(value)) {
		element.setAttribute(name, String(value));
	}
}

export function setStyle(element, name, value) {
	if (element.style.getPropertyValue(name) !== value) {
		element.style.setProperty(name, value);
	}
}

const shown = new WeakMap();

/** Whether an element has to show something else than the last time, which depends on these values alone. */
export function isStale(element, ...values) {
	const last = shown.get(element);
	if (last !== undefined && values.every((value, i) => Object.is(value, last[i]))) {
		return false;
	}
	shown.set(element, values);
	return true;
}

/**
 * Make the children of an element those of the items, and keep those that are there.
 * @param {Element} parent
 * @param {any[]} items
 * @param {(item: any, index: number) => string} keyOf
 * @param {(item: any) => HTMLElement} create
 * @param {(child: any, item: any) => void} update
 * @param {number} [most] how many children are created at most, so that no frame takes long
 * @returns {boolean} whether all items have a child; if not, the rest is created by further calls
 */
export function reconcile(parent, items, keyOf, create, update, most = Infinity) {
	const present = new Map();
	for (const child of /** @type {any} */ (parent.children)) {
		present.set(child.dataset.key, child);
	}
	let position = parent.firstElementChild;
	let missing = 0;
	let created = 0;
	items.forEach((item, index) => {
		const key = keyOf(item, index);
		let child = present.get(key);
		if (child) {
			present.delete(key);
		}
		else if (created === most) {
			missing++;
			return;
		}
		else {
			child = create(item);
			child.dataset.key = key;
			created++;
		}
		if (child === position) {
			position = position.nextElementSibling;
		}
		else {
			parent.insertBefore(child, position);
		}
		update(child, item);
	});
	for (const child of present.values()) {
		child.remove();
	}
	return missing === 0;
}
