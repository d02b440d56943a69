package dev.llmcallbacks.langchain4j;

import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.provider.SchemaRules;

/**
 * Response formats of the library as response formats of LangChain4j.
 */
final class ResponseFormats {

	private ResponseFormats() {
	}

	/**
	 * Return the response format of options.
	 * @param options the options
	 * @param rules what the provider accepts of a schema, or {@code null} if that is not
	 * known
	 * @return the response format, or {@code null} if there is none
	 */
	static @Nullable ResponseFormat of(ChatOptions options, @Nullable SchemaRules rules) {
		dev.llmcallbacks.message.ResponseFormat format = options.responseFormat();
		if (format == null) {
			return null;
		}
		if (format.schema() == null) {
			return ResponseFormat.JSON;
		}
		String schema = (rules != null) ? rules.schema(format).toString()
				: JsonMapper.shared().writeValueAsString(format.schema());
		return ResponseFormat.builder()
			.type(dev.langchain4j.model.chat.request.ResponseFormatType.JSON)
			.jsonSchema(JsonSchema.builder().name(format.name()).rootElement(JsonRawSchema.from(schema)).build())
			.build();
	}

}
