package dev.llmcallbacks.provider.openai;

import java.util.Locale;

import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.provider.RequestBody;

/**
 * Whether a server is asked for JSON without a schema, as it knows no other format: where
 * that is known or set, and once it has refused a schema. Thread-safe.
 */
final class JsonMode {

	private final boolean fixed;

	private volatile boolean used;

	/**
	 * Create a mode.
	 * @param selected what was set
	 * @param host the host of the server
	 */
	JsonMode(StructuredOutput selected, String host) {
		boolean own = OpenAiHost.of(host) != OpenAiHost.OTHER;
		this.fixed = selected != StructuredOutput.AUTO || own;
		this.used = selected == StructuredOutput.JSON_OBJECT
				|| (selected == StructuredOutput.AUTO && OpenAiHost.hasNoSchemas(host));
	}

	boolean isUsed() {
		return this.used;
	}

	/**
	 * Whether a refused request can be written without a schema, which is done from then
	 * on.
	 * @param refusal why the server refused the request
	 * @return whether it refused the format, before anything of an answer
	 */
	boolean isUsedAfter(ChatModelException refusal) {
		String message = refusal.getProviderError().message();
		String said = (message != null) ? message.toLowerCase(Locale.ROOT) : "";
		boolean format = said.contains("response_format") || said.contains("json_schema");
		boolean before = refusal.getProviderError().status() != null;
		if (this.fixed || !before || !format || !(refusal instanceof InvalidRequestException)) {
			return false;
		}
		this.used = true;
		return true;
	}

	/**
	 * Return what tells the model the schema.
	 * @param format the format, which has a schema
	 * @return the text of a system message
	 */
	static String instruction(ResponseFormat format) {
		return "Answer with one JSON object that matches this JSON Schema, and with nothing else:\n"
				+ RequestBody.json(format.schema());
	}

}
