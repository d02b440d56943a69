package dev.llmcallbacks.springai;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.message.ToolChoice;

/**
 * Options and media of models of which only Spring AI's interfaces are known.
 *
 * @param refusals refuses other options
 */
record CommonOptions(Refusals refusals) implements ModelOptions {

	private static final String ADVICE = "set it in the options of the model itself";

	@Override
	public void set(dev.llmcallbacks.message.ChatOptions options, ChatOptions.Builder<?> builder) {
		ToolChoice choice = options.toolChoice();
		this.refusals.refuse("toolChoice", ToolChoice.AUTO.equals(choice) ? null : choice,
				"pass the tools that may be called, or none");
		this.refusals.refuse("parallelToolCalls", options.parallelToolCalls(), ADVICE);
		this.refusals.refuse("strictTools", Boolean.FALSE.equals(options.strictTools()) ? null : options.strictTools(),
				ADVICE);
		this.refusals.refuse("seed", options.seed(), ADVICE);
		this.refusals.refuse("reasoningEffort", options.reasoningEffort(), ADVICE);
		this.refusals.refuse("thinking", options.thinking(), ADVICE);
		this.refusals.refuse("showReasoning", options.showReasoning(), ADVICE);
		this.refusals.refuse("promptCacheKey", options.promptCacheKey(), ADVICE);
		this.refusals.refuse("promptCacheTtl", options.promptCacheTtl(), ADVICE);
		this.refusals.refuse("extraBody", options.extraBody().isEmpty() ? null : options.extraBody(), ADVICE);
		setFormat(options.responseFormat(), builder);
	}

	private void setFormat(@Nullable ResponseFormat format, ChatOptions.Builder<?> builder) {
		if (format == null) {
			return;
		}
		if (format.schema() == null || !(builder instanceof StructuredOutputChatOptions.Builder<?> structured)) {
			throw this.refusals.unsupported("responseFormat", "ask for the format in the prompt");
		}
		structured.outputSchema(JsonMapper.shared().writeValueAsString(format.schema()));
	}

	@Override
	public org.springframework.ai.content.Media media(Media media) {
		if (media.uri() == null && media.data() == null) {
			throw this.refusals.unsupported(media, "its content was left out");
		}
		return SpringAiMedia.fromMedia(media, media.mediaType());
	}

}
