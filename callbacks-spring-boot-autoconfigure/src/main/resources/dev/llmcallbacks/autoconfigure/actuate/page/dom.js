// @ts-check
// Every text becomes a text node: nothing here parses HTML.

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

/** Make the children of an element those of the items, and keep those that are there. */
export function reconcile(parent, items, keyOf, create, update) {
	const present = new Map();
	for (const child of parent.children) {
		present.set(child.dataset.key, child);
	}
	let position = parent.firstElementChild;
	for (const item of items) {
		const key = keyOf(item);
		let child = present.get(key);
		if (child) {
			present.delete(key);
		}
		else {
			child = create(item);
			child.dataset.key = key;
		}
		if (child === position) {
			position = position.nextElementSibling;
		}
		else {
			parent.insertBefore(child, position);
		}
		update(child, item);
	}
	for (const child of present.values()) {
		child.remove();
	}
}
