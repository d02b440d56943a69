package dev.llmcallbacks.springai;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import com.openai.errors.OpenAIServiceException;
import com.openai.errors.SseException;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.provider.SchemaRules;

/**
 * What Spring AI has for OpenAI alone. To be used only where its module for OpenAI is on
 * the class path.
 */
final class OpenAiTypes {

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private OpenAiTypes() {
	}

	/**
	 * Return what a model understands.
	 * @param options the options of the model
	 * @param refusals refuses other options
	 * @return the options, or {@code null} if the model is not OpenAI's
	 */
	static @Nullable ModelOptions options(ChatOptions options, Refusals refusals) {
		return (options instanceof OpenAiChatOptions openAi) ? new OpenAiOptions(openAi, refusals) : null;
	}

	/**
	 * Return the error response that an exception stands for.
	 * @param error the exception
	 * @return the response, or {@code null} if it is not an exception of OpenAI's client
	 */
	static @Nullable ErrorResponse errorResponse(Throwable error) {
		if (!(error instanceof OpenAIServiceException failure)) {
			return null;
		}
		HttpHeaders headers = new HttpHeaders();
		failure.headers().names().forEach((name) -> headers.addAll(name, failure.headers().values(name)));
		Integer status = (failure instanceof SseException) ? null : failure.statusCode();
		return ErrorResponse.of(status, failure.body().convert(Object.class), failure.getMessage(), headers);
	}

	/**
	 * Options and media of OpenAI's model.
	 *
	 * @param defaults the options of the model
	 * @param refusals refuses what it does not have
	 */
	private record OpenAiOptions(OpenAiChatOptions defaults, Refusals refusals) implements ModelOptions {

		private static final String NOT_THERE = "use reasoningEffort, or a field of the server in the extra body";

		private static final Set<String> WAVE = Set.of("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave");

		private static final Set<String> MP3 = Set.of("audio/mpeg", "audio/mp3");

		@Override
		public void set(dev.llmcallbacks.message.ChatOptions options, ChatOptions.Builder<?> builder) {
			OpenAiChatOptions.Builder openAi = (OpenAiChatOptions.Builder) builder;
			this.refusals.refuse("thinking", options.thinking(), NOT_THERE);
			this.refusals.refuse("showReasoning", options.showReasoning(), NOT_THERE);
			this.refusals.refuse("promptCacheTtl", options.promptCacheTtl(), "use promptCacheKey");
			if (options.maxTokens() != null && this.defaults.getMaxCompletionTokens() != null) {
				openAi.maxCompletionTokens(options.maxTokens());
			}
			if (options.seed() != null) {
				openAi.seed(seed(options.seed()));
			}
			if (options.toolChoice() != null) {
				openAi.toolChoice(toolChoice(options.toolChoice()));
			}
			if (options.parallelToolCalls() != null) {
				openAi.parallelToolCalls(options.parallelToolCalls());
			}
			if (options.strictTools() != null) {
				openAi.strict(options.strictTools());
			}
			if (options.reasoningEffort() != null) {
				openAi.reasoningEffort(options.reasoningEffort());
			}
			if (options.promptCacheKey() != null) {
				openAi.promptCacheKey(options.promptCacheKey());
			}
			if (options.responseFormat() != null) {
				openAi.responseFormat(format(options.responseFormat()));
			}
			if (!options.extraBody().isEmpty()) {
				Map<String, Object> extraBody = new LinkedHashMap<>();
				if (this.defaults.getExtraBody() != null) {
					extraBody.putAll(this.defaults.getExtraBody());
				}
				extraBody.putAll(options.extraBody());
				openAi.extraBody(extraBody);
			}
		}

		private int seed(long seed) {
			if (seed != (int) seed) {
				throw this.refusals.unsupported("seed", "it has 32 bits there, which " + seed + " exceeds");
			}
			return (int) seed;
		}

		private static String toolChoice(ToolChoice choice) {
			return switch (choice.mode()) {
				case AUTO -> "auto";
				case NONE -> "none";
				case REQUIRED -> "required";
				case TOOL -> MAPPER.writeValueAsString(
						Map.of("type", "function", "function", Map.of("name", String.valueOf(choice.name()))));
			};
		}

		private static OpenAiChatModel.ResponseFormat format(ResponseFormat format) {
			if (format.schema() == null) {
				return OpenAiChatModel.ResponseFormat.builder()
					.type(OpenAiChatModel.ResponseFormat.Type.JSON_OBJECT)
					.build();
			}
			return OpenAiChatModel.ResponseFormat.builder()
				.type(OpenAiChatModel.ResponseFormat.Type.JSON_SCHEMA)
				.jsonSchema(SchemaRules.OPENAI.schema(format).toString())
				.build();
		}

		@Override
		public org.springframework.ai.content.Media media(Media media) {
			if (media.is("image")) {
				return new CommonOptions(this.refusals).media(media);
			}
			if (media.data() == null) {
				throw this.refusals.unsupported(media, "audio and documents are sent as bytes");
			}
			if (MP3.contains(media.essence())) {
				return SpringAiMedia.fromMedia(media, "audio/mp3");
			}
			if (WAVE.contains(media.essence()) || media.essence().equals("application/pdf")) {
				return SpringAiMedia.fromMedia(media, media.essence());
			}
			throw this.refusals.unsupported(media,
					"it sends images, 'audio/wav', 'audio/mpeg' and 'application/pdf', and makes texts of others");
		}

	}

}
