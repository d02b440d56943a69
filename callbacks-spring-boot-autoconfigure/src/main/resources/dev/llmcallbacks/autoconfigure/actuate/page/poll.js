// @ts-check
// Asks the endpoint for what has changed, again and again.

const PAUSE = 100;
const HANDLERS_EVERY = 1000;
const LONGEST_BACKOFF = 10_000;

/** Address of the endpoint, below which this page lies. */
export const ENDPOINT = new URL(".", location.href).href.replace(/\/$/, "");

const token = takeToken();

// kept for this tab and its reloads, and shown no longer than necessary
function takeToken() {
	const fragment = new URLSearchParams(location.hash.slice(1)).get("token");
	if (fragment) {
		history.replaceState({ token: fragment }, "", location.pathname + location.search);
		return fragment;
	}
	return typeof history.state?.token === "string" ? history.state.token : null;
}

export class Poll {

	/**
	 * @param {() => {after: number | null, run: string | null, from: number}} request what to ask for next
	 * @param {(answer: any, request: any) => void} receive
	 * @param {(state: "live" | "lost" | "denied", status?: number) => void} report
	 */
	constructor(request, receive, report) {
		this.request = request;
		this.receive = receive;
		this.report = report;
		this.abort = null;
		this.wake = null;
		this.handlersAt = -Infinity;
		this.paused = false;
		this.loop();
	}

	/** Ask at once, because something else is wanted now. */
	restart() {
		this.abort?.abort();
		this.wake?.();
	}

	pause(paused) {
		this.paused = paused;
		this.restart();
	}

	async loop() {
		let backoff = 500;
		for (;;) {
			if (this.paused || document.hidden) {
				await this.sleep(60_000, true);
				continue;
			}
			const request = this.request();
			try {
				await this.ask(request);
				backoff = 500;
				await this.sleep(PAUSE);
			}
			catch (error) {
				if (error?.name === "AbortError") {
					continue;
				}
				this.report(error?.status === 401 || error?.status === 403 ? "denied" : "lost", error?.status);
				await this.sleep(backoff);
				backoff = Math.min(backoff * 2, LONGEST_BACKOFF);
			}
		}
	}

	async ask(request) {
		this.abort = new AbortController();
		const parameters = new URLSearchParams();
		if (request.after !== null) {
			parameters.set("after", String(request.after));
		}
		if (request.run !== null) {
			parameters.set("run", request.run);
			parameters.set("from", String(request.from));
		}
		const withHandlers = performance.now() - this.handlersAt > HANDLERS_EVERY;
		parameters.set("handlers", String(withHandlers));
		if (token) {
			parameters.set("token", token);
		}
		const response = await fetch(ENDPOINT + "?" + parameters, {
			signal: this.abort.signal, cache: "no-store", headers: { Accept: "application/json" },
		});
		if (!response.ok) {
			throw Object.assign(new Error("status " + response.status), { status: response.status });
		}
		const answer = await response.json();
		if (withHandlers) {
			this.handlersAt = performance.now();
		}
		this.report("live");
		this.receive(answer, request);
	}

	sleep(ms, untilVisible = false) {
		return new Promise((resolve) => {
			const done = () => {
				clearTimeout(timer);
				document.removeEventListener("visibilitychange", done);
				this.wake = null;
				resolve(undefined);
			};
			const timer = setTimeout(done, ms);
			this.wake = done;
			if (untilVisible) {
				document.addEventListener("visibilitychange", done);
			}
		});
	}

}

/** Change something. Spring Security's cookie is sent back as a header, if there is one. */
export async function change(method, name, body) {
	const headers = {};
	const cookie = /(?:^|;\s*)XSRF-TOKEN=([^;]+)/.exec(document.cookie);
	if (cookie) {
		headers["X-XSRF-TOKEN"] = decodeURIComponent(cookie[1]);
	}
	if (body !== undefined) {
		headers["Content-Type"] = "application/json";
	}
	const url = ENDPOINT + "/" + encodeURIComponent(name);
	const response = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
	return { ok: response.ok, status: response.status, command: command(method, url, body) };
}

/** Return a command line that does the same. */
export function command(method, url, body) {
	const quote = (text) => "'" + text.replaceAll("'", "'\\''") + "'";
	return "curl -X " + method + (body === undefined ? "" : " -H 'Content-Type: application/json' -d " + quote(JSON.stringify(body)))
		+ " " + quote(url);
}
