package dev.llmcallbacks.provider;

import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An error as providers and their imitators write it: an {@code error} object, an
 * {@code error} text, or fields of the root, named in several ways.
 *
 * @param type the type of error, or {@code null}
 * @param code the code, or {@code null}
 * @param message the message, or {@code null}
 * @param status the HTTP status that the body tells, or {@code null}
 * @param requestId the id of the request, or {@code null}
 * @see <a href="https://platform.openai.com/docs/guides/error-codes">OpenAI: error
 * codes</a>
 * @see <a href="https://docs.anthropic.com/en/api/errors">Anthropic: errors</a>
 */
record ErrorBody(@Nullable String type, @Nullable String code, @Nullable String message, @Nullable Integer status,
		@Nullable String requestId) {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final ErrorBody EMPTY = new ErrorBody(null, null, null, null, null);

	/**
	 * Read an error.
	 * @param bytes the array in which the body lies
	 * @param offset where it begins
	 * @param length how many bytes it is
	 * @return the error; with nothing but a message if the body is no JSON
	 */
	static ErrorBody parse(byte[] bytes, int offset, int length) {
		try {
			JsonNode root = MAPPER.readTree(bytes, offset, length);
			return of(root.isArray() ? root.path(0) : root);
		}
		catch (JacksonException ex) {
			return EMPTY;
		}
	}

	private static ErrorBody of(JsonNode root) {
		if (root.isString()) {
			return new ErrorBody(null, null, root.asString(), null, null);
		}
		JsonNode error = Stream
			.of(root.path("error"), root.path("x_groq").path("error"), root.path("errors").path(0),
					root.path("choices").path(0).path("error"))
			.filter(JsonNode::isObject)
			.findFirst()
			.orElse(root);
		String type = word(error, "type", "error_type", "status");
		String code = text(error, "code");
		String message = text(error, "message", "error", "detail", "Message", "title");
		Integer status = status(error, "status_code", "status", "code");
		return new ErrorBody(type, code, message, status, text(root, "request_id"));
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
				String nested = text(value.isArray() ? value.path(0) : value, "message", "msg", "detail");
				return (nested != null) ? nested : value.toString();
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
		return this.type != null || this.code != null || this.message != null;
	}

}
