// @ts-check
// Numbers, times, names and long texts for people.

const BLOCK = 2000;
const LONGEST_BLOCK = 8000;

/** Return the milliseconds of an ISO 8601 duration such as PT1M2.5S, or null. */
export function millis(duration) {
	if (duration === null || duration === undefined) {
		return null;
	}
	const match = /^(-)?P(?:(\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?)?$/.exec(duration);
	if (!match) {
		return null;
	}
	const [, sign, days, hours, minutes, seconds] = match;
	const sum = (((Number(days ?? 0) * 24 + Number(hours ?? 0)) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0)) * 1000;
	return sign ? -sum : sum;
}

/** Return the milliseconds since the epoch of an ISO 8601 instant. */
export function instant(text) {
	return text ? Date.parse(text) : NaN;
}

export function time(ms) {
	if (ms === null || ms === undefined || Number.isNaN(ms)) {
		return "–";
	}
	if (ms < 1) {
		return ms <= 0 ? "0 ms" : ms.toFixed(2) + " ms";
	}
	if (ms < 1000) {
		return Math.round(ms) + " ms";
	}
	if (ms < 60_000) {
		return (Math.floor(ms / 10) / 100).toFixed(2) + " s";
	}
	const seconds = Math.floor(ms / 1000);
	if (seconds < 3600) {
		return Math.floor(seconds / 60) + " min " + String(seconds % 60).padStart(2, "0") + " s";
	}
	return Math.floor(seconds / 3600) + " h " + String(Math.floor(seconds / 60) % 60).padStart(2, "0") + " min";
}

export function count(number) {
	return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

export function plural(number, noun) {
	return count(number) + " " + noun + (number === 1 ? "" : "s");
}

export function cost(value) {
	const number = Number(value);
	return number === 0 ? "0" : number < 0.01 ? number.toPrecision(2) : number.toFixed(number < 1 ? 4 : 2);
}

export function clock(ms) {
	const date = new Date(ms);
	const two = (number) => String(number).padStart(2, "0");
	return two(date.getHours()) + ":" + two(date.getMinutes()) + ":" + two(date.getSeconds());
}

/** Return the words of a name such as IllegalStateException, com.acme.Tool or call_1; joined, they are the name. */
export function words(name) {
	return name.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[._:/$-])(?=[^._:/$-])/);
}

/**
 * Return how many characters of a text go into a block with another text before them. A block ends with a line; one
 * with very long lines ends with a word, or anywhere.
 */
export function fitting(text, before) {
	const left = LONGEST_BLOCK - before.length;
	if (left <= 0 || (before.length >= BLOCK && before.endsWith("\n"))) {
		return 0;
	}
	const line = text.indexOf("\n", Math.max(0, BLOCK - before.length - 1));
	if (line >= 0 && line < left) {
		return line + 1;
	}
	if (text.length <= left) {
		return text.length;
	}
	const word = text.lastIndexOf(" ", left - 1) + 1;
	return word > 0 ? word : /[\uD800-\uDBFF]/.test(text[left - 1]) ? left - 1 : left;
}

/** Return JSON with line breaks, and any other text as it is. */
export function pretty(text) {
	if (text.length > 100_000 || !/^\s*[[{]/.test(text)) {
		return text;
	}
	try {
		return JSON.stringify(JSON.parse(text), null, 2);
	}
	catch {
		return text;
	}
}

/** Return distances on an axis: a step of 1, 2 or 5 times a power of ten, and the end. */
export function axis(length) {
	const wanted = Math.max(length, 1) / 4;
	const power = 10 ** Math.floor(Math.log10(wanted));
	const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= wanted) ?? wanted;
	const end = Math.max(step, Math.ceil(Math.max(length, 1) / step - 1e-9) * step);
	const ticks = [];
	for (let i = 0; i * step < end - 1e-9; i++) {
		ticks.push(i * step);
	}
	return { end, ticks };
}
