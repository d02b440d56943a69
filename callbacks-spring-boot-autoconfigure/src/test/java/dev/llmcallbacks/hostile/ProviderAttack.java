package dev.llmcallbacks.hostile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.llmcallbacks.hostile.Wire.Body;

/**
 * A response that a server may send to do harm. Its size is three times the limit at
 * which the library stops reading, or three times the size that once did harm.
 *
 * @param name the name, which is the path of the request
 * @param kind how the response ends
 * @param protocol the protocol of the request
 * @param answer writes the response
 * @param outcomes the simple names of the exceptions with which the call may end, or
 * {@code completed} or {@code cancelled}
 */
record ProviderAttack(String name, Kind kind, Protocol protocol, Answer answer, Set<String> outcomes) {

	private static final String STREAM = "text/event-stream";

	private static final String JSON = "application/json";

	/** Largest size of a complete response in bytes. */
	private static final long BODY = 16L << 20;

	/** Largest size of an event in bytes. */
	private static final int EVENT = 1 << 20;

	/** Largest number of characters of an answer. */
	private static final long ANSWER = 16L << 20;

	private static final String START = event(
			"{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"m\",\"content\":[]}}");

	private static final List<ProviderAttack> ALL = all();

	static List<ProviderAttack> values() {
		return ALL;
	}

	static ProviderAttack named(String name) {
		return ALL.stream().filter((attack) -> attack.name().equals(name)).findFirst().orElseThrow();
	}

	private static List<ProviderAttack> all() {
		Attacks attacks = new Attacks();
		redirects(attacks);
		manyElements(attacks);
		longAnswers(attacks);
		longFields(attacks);
		endlessBodies(attacks);
		endlessHeads(attacks);
		drips(attacks);
		manyEvents(attacks);
		compression(attacks);
		errorBodies(attacks);
		hostileJson(attacks);
		return attacks.list;
	}

	private static void redirects(Attacks attacks) {
		for (int status : List.of(301, 302, 303, 307, 308)) {
			Answer answer = (wire, elsewhere) -> wire.head(status, "Location: " + elsewhere + "/v1/chat/completions",
					"Content-Length: 0");
			attacks.add("redirect-" + status, Protocol.OPENAI, answer, "UnreadableResponseException");
			attacks.add("redirect-of-key-" + status, Protocol.ANTHROPIC, answer, "UnreadableResponseException");
		}
	}

	private static void manyElements(Attacks attacks) {
		attacks.add("choices-of-a-body", Protocol.OPENAI, (wire,
				elsewhere) -> wire.gzip(200, JSON).write("{\"choices\":[").repeat("{},", BODY).write("{}]}").end(),
				"UnreadableResponseException");
		attacks.add("blocks-of-a-body", Protocol.ANTHROPIC,
				(wire, elsewhere) -> wire.gzip(200, JSON)
					.write("{\"type\":\"message\",\"content\":[")
					.repeat("{},", BODY)
					.write("{}]}")
					.end(),
				"UnreadableResponseException");
		attacks.add("arrays-of-a-body", Protocol.OPENAI,
				(wire, elsewhere) -> wire.gzip(200, JSON).write("[").repeat("[],", BODY).write("[]").end(),
				"UnreadableResponseException");
		attacks.add("arrays-of-an-error", Protocol.OPENAI,
				(wire, elsewhere) -> wire.gzip(500, JSON).write("[").repeat("[],", BODY).write("[]]").end(),
				"ServerErrorException");
		attacks.add("choices-of-events", Protocol.OPENAI, (wire, elsewhere) -> {
			Body body = wire.body(200, STREAM);
			for (int i = 0; i < 3; i++) {
				body.write("data: {\"choices\":[").repeat("{},", EVENT / 3 - 20).write("{}]}\n\n");
			}
			body.end();
		}, "UnreadableResponseException");
		attacks.add("numbers-of-choices", Protocol.OPENAI,
				(wire, elsewhere) -> wire.gzip(200, STREAM)
					.repeat((i) -> event("{\"choices\":[{\"index\":" + i + ",\"delta\":{\"content\":\"x\"}}]}"),
							900_000)
					.end(),
				"UnreadableResponseException");
		attacks.add("tool-calls", Protocol.OPENAI,
				(wire, elsewhere) -> wire.gzip(200, STREAM)
					.repeat((i) -> delta("{\"tool_calls\":[{\"id\":\"" + i + "\",\"function\":{\"name\":\"f\"}}]}"),
							900_000)
					.end(),
				"UnreadableResponseException");
		attacks.add("fragments-of-tool-calls", Protocol.OPENAI,
				(wire, elsewhere) -> wire.body(200, STREAM)
					.repeat((i) -> delta("{\"tool_calls\":[" + "{\"id\":\"a\"},".repeat(EVENT / 12) + "{}]}"), 3)
					.end(),
				"UnreadableResponseException");
		attacks.add("reasoning-details", Protocol.OPENAI,
				(wire, elsewhere) -> wire.gzip(200, STREAM)
					.repeat(delta("{\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"x\"}]}"),
							120_000)
					.end(),
				"UnreadableResponseException");
		attacks.add("open-blocks", Protocol.ANTHROPIC,
				(wire, elsewhere) -> wire.gzip(200, STREAM)
					.write(START)
					.repeat((i) -> blockStart(i, "{\"type\":\"text\",\"text\":\"x\"}"), 900_000)
					.end(),
				"UnreadableResponseException");
		attacks.add("tool-blocks", Protocol.ANTHROPIC, (wire, elsewhere) -> wire.gzip(200, STREAM)
			.write(START)
			.repeat((i) -> blockStart(0, "{\"type\":\"tool_use\",\"id\":\"t" + i + "\",\"name\":\"f\",\"input\":{}}")
					+ event("{\"type\":\"content_block_stop\",\"index\":0}"), 900_000)
			.end(), "UnreadableResponseException");
		attacks.add("thinking-blocks", Protocol.ANTHROPIC,
				(wire, elsewhere) -> wire.gzip(200, STREAM)
					.write(START)
					.repeat(blockStart(0, "{\"type\":\"thinking\",\"thinking\":\"x\",\"signature\":\"y\"}")
							+ event("{\"type\":\"content_block_stop\",\"index\":0}"), 120_000)
					.end(),
				"UnreadableResponseException", "StreamTruncatedException");
	}

	private static void longAnswers(Attacks attacks) {
		attacks.add("long-text", Protocol.OPENAI, text("{\"content\":\"" + "x".repeat(100) + "\"}"),
				"UnreadableResponseException");
		attacks.add("long-text-of-wide-characters", Protocol.OPENAI, text("{\"content\":\"" + "語".repeat(100) + "\"}"),
				"UnreadableResponseException");
		attacks.add("long-reasoning", Protocol.OPENAI, text("{\"reasoning\":\"" + "x".repeat(100) + "\"}"),
				"UnreadableResponseException");
		attacks.add("long-refusal", Protocol.OPENAI, text("{\"refusal\":\"" + "x".repeat(65) + "\"}"),
				"UnreadableResponseException");
		attacks.add("long-arguments", Protocol.OPENAI,
				text("{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\"" + "[".repeat(100)
						+ "\"}}]}"),
				"UnreadableResponseException");
		attacks.add("long-text-of-anthropic", Protocol.ANTHROPIC,
				blockText("text", "{\"type\":\"text_delta\",\"text\":\"" + "x".repeat(100) + "\"}"),
				"UnreadableResponseException");
		attacks.add("long-thinking", Protocol.ANTHROPIC,
				blockText("thinking", "{\"type\":\"thinking_delta\",\"thinking\":\"" + "x".repeat(100) + "\"}"),
				"UnreadableResponseException");
		attacks.add("long-signature", Protocol.ANTHROPIC,
				blockText("thinking", "{\"type\":\"signature_delta\",\"signature\":\"" + "x".repeat(100) + "\"}"),
				"UnreadableResponseException");
		attacks.add("long-input", Protocol.ANTHROPIC,
				blockText("tool_use", "{\"type\":\"input_json_delta\",\"partial_json\":\"" + "[".repeat(100) + "\"}"),
				"UnreadableResponseException");
	}

	private static void longFields(Attacks attacks) {
		String value = "\"" + "x".repeat(EVENT - 1024) + "\"";
		for (String event : List.of("{'id':@,'choices':[]}", "{'model':@,'choices':[]}",
				"{'system_fingerprint':@,'service_tier':'x','choices':[]}", "{'service_tier':@,'choices':[]}",
				"{'unknown':@,'choices':[]}", "{'choices':[{'finish_reason':@,'delta':{}}]}",
				"{'choices':[{'delta':{'role':@}}]}", "{'choices':[{'delta':{'content':@}}]}",
				"{'choices':[{'delta':{'refusal':@}}]}", "{'choices':[{'delta':{'reasoning_content':@}}]}",
				"{'choices':[{'delta':{'tool_calls':[{'index':0,'id':@}]}}]}",
				"{'choices':[{'delta':{'tool_calls':[{'index':0,'function':{'name':@}}]}}]}",
				"{'choices':[{'delta':{'tool_calls':[{'index':0,'function':{'arguments':@}}]}}]}",
				"{'choices':[{'delta':{'reasoning_details':[{'type':'reasoning.text','text':@,'index':0}]}}]}",
				"{'choices':[{'delta':{'reasoning_details':[{'type':'reasoning.encrypted','data':@,'index':0}]}}]}",
				"{'choices':[{'delta':{'annotations':[{'type':@}]}}]}")) {
			attacks.add("long-field-" + attacks.list.size(), Protocol.OPENAI, fields(event, value),
					"UnreadableResponseException", "StreamTruncatedException", "completed");
		}
		for (String event : List.of("{'type':'message_start','message':{'id':@,'model':'m','content':[]}}",
				"{'type':'message_start','message':{'id':'m','model':@,'content':[]}}",
				"{'type':'content_block_start','index':0,'content_block':{'type':@}}",
				"{'type':'content_block_start','index':0,'content_block':{'type':'text','text':@}}",
				"{'type':'content_block_start','index':0,'content_block':{'type':'tool_use','id':@,'name':'f'}}",
				"{'type':'content_block_start','index':0,'content_block':{'type':'tool_use','id':'t','name':@}}",
				"{'type':'content_block_start','index':0,'content_block':{'type':'redacted_thinking','data':@}}",
				"{'type':'message_delta','delta':{'stop_reason':@}}", "{'type':'unknown','data':@}")) {
			attacks.add("long-field-" + attacks.list.size(), Protocol.ANTHROPIC, fields(event, value),
					"UnreadableResponseException", "StreamTruncatedException", "completed");
		}
	}

	private static Answer fields(String event, String value) {
		byte[] bytes = event(event.replace('\'', '"').replace("@", value)).getBytes(StandardCharsets.UTF_8);
		return (wire, elsewhere) -> {
			Body body = wire.gzip(200, STREAM);
			for (long i = 0; i < ANSWER / EVENT + 4; i++) {
				body.write(bytes);
			}
			body.end();
		};
	}

	private static void endlessBodies(Attacks attacks) {
		attacks.add("endless-body", Protocol.OPENAI, (wire,
				elsewhere) -> wire.body(200, JSON).write("{\"choices\":[{\"message\":{\"content\":\"").endless("x"),
				"UnreadableResponseException");
		for (String field : List.of("data: ", "event: ", "id: ", "retry: ", "error: ", "", "unknown: ")) {
			attacks.add("endless-line-" + field.replace(": ", ""), Protocol.OPENAI,
					(wire, elsewhere) -> wire.body(200, STREAM).write(field).endless("9"),
					"UnreadableResponseException");
		}
		attacks.add("endless-data-lines", Protocol.ANTHROPIC,
				(wire, elsewhere) -> wire.body(200, STREAM).endless("data: 9\n"), "UnreadableResponseException");
		attacks.add("endless-byte-order-marks", Protocol.OPENAI,
				(wire, elsewhere) -> wire.body(200, STREAM).endless("\uFEFF"), "UnreadableResponseException");
		attacks.add("endless-comment", Kind.TIMED, Protocol.OPENAI,
				(wire, elsewhere) -> wire.body(200, STREAM).write(":").endless("c"), "ChatTimeoutException");
	}

	private static void endlessHeads(Attacks attacks) {
		attacks.add("endless-status-line", Protocol.OPENAI, (wire, elsewhere) -> wire.raw("HTTP/1.1 200 ").endless("x"),
				"ConnectionFailedException");
		attacks.add("endless-header", Protocol.OPENAI,
				(wire, elsewhere) -> wire.raw("HTTP/1.1 200 OK\r\nX-Long: ").endless("x"), "ConnectionFailedException");
		attacks.add("endless-headers", Protocol.OPENAI,
				(wire, elsewhere) -> wire.raw("HTTP/1.1 200 OK\r\n").endless("X-Many: x\r\n"),
				"ConnectionFailedException");
		attacks.add("endless-trailers", Protocol.OPENAI,
				(wire, elsewhere) -> wire.head(200, "Content-Type: " + STREAM, "Transfer-Encoding: chunked")
					.raw("0\r\n")
					.endless("X-Trailer: x\r\n"),
				"StreamTruncatedException", "ChatTimeoutException");
		attacks.add("endless-chunk-extension", Protocol.OPENAI,
				(wire, elsewhere) -> wire.head(200, "Content-Type: " + STREAM, "Transfer-Encoding: chunked")
					.raw("1;")
					.endless("x=y;"),
				"StreamTruncatedException", "ChatTimeoutException");
		attacks.add("endless-informational-responses", Kind.TIMED, Protocol.OPENAI,
				(wire, elsewhere) -> wire.endless("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
				"ChatTimeoutException", "ConnectionFailedException", "UnreadableResponseException");
		attacks.add("date-of-the-last-day", Protocol.OPENAI,
				(wire, elsewhere) -> wire.head(429, "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", "Content-Length: 0"),
				"RateLimitedException");
		attacks.add("unasked-compression", Protocol.OPENAI,
				(wire, elsewhere) -> wire
					.head(200, "Content-Type: " + STREAM, "Content-Encoding: br", "Transfer-Encoding: chunked")
					.raw("4\r\n\u0001\u0002\u0003\u0004\r\n0\r\n\r\n"),
				"StreamTruncatedException", "UnreadableResponseException");
	}

	private static void drips(Attacks attacks) {
		attacks.add("drip-of-head", Kind.TIMED, Protocol.OPENAI,
				(wire, elsewhere) -> wire.drip("HTTP/1.1 200 OK slow", 100), "ChatTimeoutException");
		attacks.add("drip-of-comments", Kind.TIMED, Protocol.OPENAI,
				(wire, elsewhere) -> wire.body(200, STREAM).drip(": still here\n", 100), "ChatTimeoutException");
		attacks.add("drip-of-blank-lines", Kind.TIMED, Protocol.ANTHROPIC,
				(wire, elsewhere) -> wire.body(200, STREAM).drip("\n", 100), "ChatTimeoutException");
		attacks.add("drip-of-pings", Kind.TIMED, Protocol.ANTHROPIC,
				(wire, elsewhere) -> wire.body(200, STREAM).drip(event("{\"type\":\"ping\"}"), 100),
				"ChatTimeoutException");
		attacks.add("drip-of-an-error", Kind.TIMED, Protocol.OPENAI,
				(wire, elsewhere) -> wire.body(500, JSON).drip(" ", 100), "ChatTimeoutException");
		attacks.add("drip-of-tokens", Kind.TIMED, Protocol.OPENAI,
				(wire, elsewhere) -> wire.body(200, STREAM).drip(delta("{\"content\":\"x\"}"), 100),
				"ChatTimeoutException");
	}

	private static void manyEvents(Attacks attacks) {
		attacks.add("empty-objects", Protocol.OPENAI,
				(wire, elsewhere) -> wire.body(200, STREAM).repeat("data:{}\n\n", 3_000_000).end(),
				"StreamTruncatedException");
		attacks.add("pings", Protocol.ANTHROPIC,
				(wire, elsewhere) -> wire.gzip(200, STREAM).repeat("data:{}\n\n", 3_000_000).end(),
				"StreamTruncatedException");
		attacks.add("comments", Protocol.OPENAI,
				(wire, elsewhere) -> wire.gzip(200, STREAM).repeat(":\n", 9_000_000).end(), "StreamTruncatedException");
		attacks.add("blank-lines", Protocol.OPENAI,
				(wire, elsewhere) -> wire.gzip(200, STREAM).repeat("\r\n", 9_000_000).end(),
				"StreamTruncatedException");
		attacks.add("field-names", Protocol.OPENAI,
				(wire, elsewhere) -> wire.gzip(200, STREAM).repeat((i) -> "field" + i + ": x\n", 900_000).end(),
				"StreamTruncatedException");
		attacks.add("event-types", Protocol.OPENAI, (wire,
				elsewhere) -> wire.gzip(200, STREAM).repeat((i) -> "event: type" + i + "\ndata: {}\n\n", 900_000).end(),
				"StreamTruncatedException");
		attacks.add("names-of-fields", Protocol.OPENAI,
				(wire, elsewhere) -> wire.gzip(200, STREAM)
					.repeat((i) -> event("{\"field" + i + "\":{\"inner" + i + "\":1}}"), 900_000)
					.end(),
				"StreamTruncatedException");
		attacks.add("models-and-ids", Protocol.OPENAI,
				(wire, elsewhere) -> wire.gzip(200, STREAM)
					.repeat((i) -> event("{\"id\":\"id" + i + "\",\"model\":\"model" + i + "\",\"choices\":[]}"),
							900_000)
					.end(),
				"StreamTruncatedException", "UnreadableResponseException");
	}

	private static void compression(Attacks attacks) {
		attacks.add("compressed-text-that-nobody-reads", Protocol.PAUSED,
				(wire, elsewhere) -> wire.gzip(200, STREAM)
					.repeat(delta("{\"content\":\"" + "x".repeat(100) + "\"}"), 10_000_000)
					.end(),
				"cancelled");
		Answer closing = (wire, elsewhere) -> {
			wire.gzip(200, STREAM).repeat(delta("{\"content\":\"" + "x".repeat(100) + "\"}"), 2_000_000).end();
			wire.close();
		};
		attacks.add("compressed-text-before-a-close-that-nobody-reads", Protocol.PAUSED, closing, "cancelled");
		attacks.add("compressed-text-before-a-close", Protocol.OPENAI, closing, "UnreadableResponseException",
				"StreamTruncatedException");
		attacks.add("compressed-blanks", Protocol.OPENAI,
				(wire, elsewhere) -> wire.gzip(200, JSON).repeat(" ", 1400L << 20).end(),
				"UnreadableResponseException");
	}

	private static void errorBodies(Attacks attacks) {
		attacks.add("compressed-error", Protocol.OPENAI,
				(wire, elsewhere) -> wire.gzip(500, "text/html").repeat("<script ", 32L << 20).end(),
				"ServerErrorException");
		attacks.add("endless-error", Protocol.ANTHROPIC,
				(wire, elsewhere) -> wire.body(529, "text/html").endless("<!-- "), "OverloadedException");
		attacks.add("markup-as-an-error-event", Protocol.OPENAI,
				(wire, elsewhere) -> wire.body(200, STREAM)
					.write("event: error\ndata: ")
					.repeat("<script ", (EVENT - 100) / 8)
					.write("\n\n")
					.end(),
				"ServerErrorException");
		attacks.add("long-words-of-an-error", Protocol.OPENAI,
				(wire, elsewhere) -> wire.body(200, JSON)
					.write("{\"error\":{\"type\":\"")
					.repeat("t", BODY / 4)
					.write("\",\"code\":\"")
					.repeat("c", BODY / 4)
					.write("\",\"message\":\"")
					.repeat("m", BODY / 4)
					.write("\"}}")
					.end(),
				"ServerErrorException");
		attacks.add("long-id-of-an-error", Protocol.OPENAI,
				(wire, elsewhere) -> wire.head(500, "X-Request-Id: " + "r".repeat(7000), "Content-Length: 0"),
				"ServerErrorException");
	}

	private static void hostileJson(Attacks attacks) {
		attacks.add("deep-arrays", Protocol.OPENAI,
				(wire, elsewhere) -> wire.body(200, JSON).write("{\"choices\":").repeat("[", 1_200_000).end(),
				"UnreadableResponseException");
		attacks.add("deep-objects", Protocol.OPENAI,
				(wire, elsewhere) -> wire.body(200, STREAM)
					.write("data: ")
					.repeat("{\"a\":", (EVENT - 100) / 5)
					.write("\n\n")
					.end(),
				"UnreadableResponseException");
		attacks.add("deep-error", Protocol.ANTHROPIC,
				(wire, elsewhere) -> wire.body(400, JSON).repeat("{\"error\":", 120_000).end(),
				"InvalidRequestException");
		attacks.add("long-number", Protocol.OPENAI,
				(wire, elsewhere) -> wire.body(200, JSON)
					.write("{\"choices\":[{\"index\":")
					.repeat("9", 2_700_000)
					.write("}]}")
					.end(),
				"UnreadableResponseException");
		attacks.add("long-name", Protocol.OPENAI,
				(wire, elsewhere) -> wire.body(200, JSON)
					.write("{\"choices\":[{\"")
					.repeat("n", 2_700_000)
					.write("\":1}]}")
					.end(),
				"UnreadableResponseException");
		for (String number : List.of("1e999999999", "1e400", "-1e-999999999", "9".repeat(1000),
				"0." + "1".repeat(999))) {
			attacks.add("number-" + attacks.list.size(), Protocol.OPENAI,
					(wire, elsewhere) -> wire.body(200, STREAM)
						.write(event("{\"usage\":{\"prompt_tokens\":" + number + ",\"x\":" + number + "}}"))
						.end(),
					"UnreadableResponseException", "StreamTruncatedException");
		}
	}

	private static Answer text(String delta) {
		return (wire, elsewhere) -> wire.gzip(200, STREAM).repeat(delta(delta), 3 * ANSWER / 65).end();
	}

	private static Answer blockText(String type, String delta) {
		return (wire, elsewhere) -> wire.gzip(200, STREAM)
			.write(START)
			.write(blockStart(0, "{\"type\":\"" + type + "\",\"id\":\"a\",\"name\":\"f\"}"))
			.repeat(event("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":" + delta + "}"), 3 * ANSWER / 100)
			.end();
	}

	private static String event(String data) {
		return "data: " + data + "\n\n";
	}

	private static String delta(String delta) {
		return event("{\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}");
	}

	private static String blockStart(long index, String block) {
		return event("{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}");
	}

	enum Kind {

		/** Ends at once. */
		PLAIN,

		/** Is ended by a time limit. */
		TIMED

	}

	/** How a response is requested. */
	enum Protocol {

		OPENAI, ANTHROPIC,

		/** In OpenAI's protocol, by a subscriber that requests one chunk only. */
		PAUSED

	}

	@FunctionalInterface
	interface Answer {

		/**
		 * Write a response.
		 * @param wire the connection
		 * @param elsewhere the URL of another host
		 * @throws IOException when the client has gone
		 */
		void write(Wire wire, String elsewhere) throws IOException;

	}

	private static final class Attacks {

		private final List<ProviderAttack> list = new ArrayList<>();

		void add(String name, Protocol protocol, Answer answer, String... outcomes) {
			add(name, Kind.PLAIN, protocol, answer, outcomes);
		}

		void add(String name, Kind kind, Protocol protocol, Answer answer, String... outcomes) {
			this.list.add(new ProviderAttack(name, kind, protocol, answer, Set.of(outcomes)));
		}

	}

}
