package dev.llmcallbacks.provider;

import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An error as providers and servers that imitate them write it: an {@code error} object,
 * an {@code error} text, or fields of the root, under several names.
 *
 * @param type the type of error, or {@code null}
 * @param code the code, or {@code null}
 * @param message the message, or {@code null}
 * @param status the HTTP status that the body names, or {@code null}
 * @param requestId the id of the request, or {@code null}
 * @param param the field of the request that is at fault, or {@code null}
 * @see <a href="https://platform.openai.com/docs/guides/error-codes">OpenAI: error
 * codes</a>
 * @see <a href="https://docs.anthropic.com/en/api/errors">Anthropic: errors</a>
 */
record ErrorBody(@Nullable String type, @Nullable String code, @Nullable String message, @Nullable Integer status,
		@Nullable String requestId, @Nullable String param) {

	/** How many bytes of an error are read; the rest is not looked at. */
	static final int MAX_SIZE = 4 * 1024;

	private static final String ERROR = "error";

	private static final String MESSAGE = "message";

	private static final String NO_RESOURCES = "insufficient_system_resource";

	/** The finish reasons of a choice that has failed. */
	private static final Set<String> FAILURES = Set.of(ERROR, NO_RESOURCES);

	/**
	 * Read an error.
	 * @param bytes the array in which the body lies
	 * @param offset where it begins
	 * @param length how many bytes it is
	 * @return the error; with nothing if the body is not JSON
	 */
	static ErrorBody parse(byte[] bytes, int offset, int length) {
		JsonNode root = PartialJson.read(bytes, offset, Math.min(length, MAX_SIZE));
		return of(root.isArray() ? root.path(0) : root);
	}

	private static ErrorBody of(JsonNode root) {
		if (root.isString()) {
			return new ErrorBody(null, null, root.asString(), null, null, null);
		}
		JsonNode choice = root.path("choices").path(0);
		JsonNode error = Stream
			.of(root.path(ERROR), root.path("x_groq").path(ERROR), root.path("errors").path(0), choice.path(ERROR),
					root.path("base_resp"), root.path("response").path(ERROR))
			.filter(JsonNode::isObject)
			.findFirst()
			.orElse(root);
		String type = word(error, "type", "error_type", "status");
		String baseCode = (error == root.path("base_resp")) ? text(error, "status_code") : null;
		String named = (baseCode != null) ? baseCode : text(error, "code", "error_code");
		String said = text(error, MESSAGE, ERROR, "detail", "Message", "title", "error_msg", "status_msg", "msg");
		String reason = choice.path("finish_reason").asString("");
		String message = (said == null && FAILURES.contains(reason))
				? "the choice ended with the finish reason '" + reason + "'" : said;
		String code = (named == null && reason.equals(NO_RESOURCES)) ? reason : named;
		Integer status = status(error, "status_code", "status", "code");
		return new ErrorBody(type, code, message, status, text(root, "request_id"), word(error, "param"));
	}

	private static @Nullable String text(JsonNode node, String... names) {
		for (String name : names) {
			JsonNode value = node.path(name);
			if (value.isString() && !value.asString().isBlank()) {
				return value.asString();
			}
			if (value.isNumber()) {
				return value.asString();
			}
			if (value.isContainer() && !value.isEmpty()) {
				String nested = text(value.isArray() ? value.path(0) : value, MESSAGE, "msg", "detail");
				if (nested != null || !name.equals(MESSAGE)) {
					return (nested != null) ? nested : value.toString();
				}
			}
		}
		return null;
	}

	private static @Nullable String word(JsonNode node, String... names) {
		for (String name : names) {
			if (node.path(name).isString()) {
				return node.path(name).asString();
			}
		}
		return null;
	}

	private static @Nullable Integer status(JsonNode node, String... names) {
		for (String name : names) {
			int value = node.path(name).asInt(0);
			if (value >= 400 && value < 600) {
				return value;
			}
		}
		return null;
	}

	// Whether anything at all is known of the error.
	boolean isKnown() {
		return this.type != null || hasReason();
	}

	// Whether the server says why, and not only which kind of object it has sent.
	boolean hasReason() {
		return this.code != null || this.message != null;
	}

}
