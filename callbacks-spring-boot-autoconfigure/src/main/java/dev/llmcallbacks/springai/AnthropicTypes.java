package dev.llmcallbacks.springai;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import com.anthropic.core.JsonValue;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.SseException;
import com.anthropic.models.messages.JsonOutputFormat;
import com.anthropic.models.messages.OutputConfig;
import com.anthropic.models.messages.ThinkingConfigAdaptive;
import com.anthropic.models.messages.ThinkingConfigEnabled;
import com.anthropic.models.messages.ToolChoiceAny;
import com.anthropic.models.messages.ToolChoiceAuto;
import com.anthropic.models.messages.ToolChoiceNone;
import com.anthropic.models.messages.ToolChoiceTool;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.anthropic.AnthropicCacheOptions;
import org.springframework.ai.anthropic.AnthropicCacheStrategy;
import org.springframework.ai.anthropic.AnthropicCacheTtl;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.ResponseFormat;
import dev.llmcallbacks.message.Thinking;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.provider.SchemaRules;

/**
 * What Spring AI has for Anthropic alone. To be used only where its module for Anthropic
 * is on the class path.
 */
final class AnthropicTypes {

	private AnthropicTypes() {
	}

	/**
	 * Return what a model understands.
	 * @param options the options of the model
	 * @param refusals refuses other options
	 * @return the options, or {@code null} if the model is not Anthropic's
	 */
	static @Nullable ModelOptions options(ChatOptions options, Refusals refusals) {
		return (options instanceof AnthropicChatOptions anthropic) ? new AnthropicOptions(anthropic, refusals) : null;
	}

	/**
	 * Return the error response that an exception stands for.
	 * @param error the exception
	 * @return the response, or {@code null} if it is not an exception of Anthropic's
	 * client
	 */
	static @Nullable ErrorResponse errorResponse(Throwable error) {
		if (!(error instanceof AnthropicServiceException failure)) {
			return null;
		}
		HttpHeaders headers = new HttpHeaders();
		failure.headers().names().forEach((name) -> headers.addAll(name, failure.headers().values(name)));
		Integer status = (failure instanceof SseException) ? null : failure.statusCode();
		return ErrorResponse.of(status, failure.body().convert(Object.class), failure.getMessage(), headers);
	}

	/**
	 * Options and media of Anthropic's model.
	 *
	 * @param defaults the options of the model
	 * @param refusals refuses what it does not have
	 */
	private record AnthropicOptions(AnthropicChatOptions defaults, Refusals refusals) implements ModelOptions {

		private static final Set<String> IMAGES = Set.of("image/png", "image/jpeg", "image/jpg", "image/gif",
				"image/webp");

		@Override
		public void set(dev.llmcallbacks.message.ChatOptions options, ChatOptions.Builder<?> builder) {
			AnthropicChatOptions.Builder anthropic = (AnthropicChatOptions.Builder) builder;
			this.refusals.refuse("seed", options.seed(), "Claude has none; remove it");
			this.refusals.refuse("promptCacheKey", options.promptCacheKey(), "use promptCacheTtl");
			this.refusals.refuse("strictTools",
					Boolean.FALSE.equals(options.strictTools()) ? null : options.strictTools(),
					"use this library's own model for Anthropic");
			this.refusals.refuse("extraBody", options.extraBody().isEmpty() ? null : options.extraBody(),
					"set it in the options of the model itself, or use this library's own model for Anthropic");
			if (options.toolChoice() != null) {
				anthropic.toolChoice(toolChoice(options.toolChoice()));
			}
			if (options.parallelToolCalls() != null) {
				anthropic.disableParallelToolUse(!options.parallelToolCalls());
			}
			if (options.thinking() != null || options.showReasoning() != null) {
				Thinking thinking = options.thinking();
				setThinking((thinking != null) ? thinking : Thinking.adaptive(), options.showReasoning(), anthropic);
			}
			if (options.reasoningEffort() != null || options.responseFormat() != null) {
				anthropic.outputConfig(output(options.reasoningEffort(), options.responseFormat()));
			}
			if (options.promptCacheTtl() != null) {
				anthropic.cacheOptions(cache(options.promptCacheTtl()));
			}
		}

		private static com.anthropic.models.messages.ToolChoice toolChoice(ToolChoice choice) {
			return switch (choice.mode()) {
				case AUTO -> com.anthropic.models.messages.ToolChoice.ofAuto(ToolChoiceAuto.builder().build());
				case NONE -> com.anthropic.models.messages.ToolChoice.ofNone(ToolChoiceNone.builder().build());
				case REQUIRED -> com.anthropic.models.messages.ToolChoice.ofAny(ToolChoiceAny.builder().build());
				case TOOL -> com.anthropic.models.messages.ToolChoice
					.ofTool(ToolChoiceTool.builder().name(String.valueOf(choice.name())).build());
			};
		}

		private static void setThinking(Thinking thinking, @Nullable Boolean show,
				AnthropicChatOptions.Builder builder) {
			Integer budget = thinking.budgetTokens();
			if (thinking.mode() == Thinking.Mode.DISABLED) {
				builder.thinkingDisabled();
			}
			else if (budget == null && show == null) {
				builder.thinkingAdaptive();
			}
			else if (budget == null) {
				builder.thinkingAdaptive(Boolean.TRUE.equals(show) ? ThinkingConfigAdaptive.Display.SUMMARIZED
						: ThinkingConfigAdaptive.Display.OMITTED);
			}
			else if (show == null) {
				builder.thinkingEnabled(budget);
			}
			else {
				builder.thinkingEnabled(budget,
						show ? ThinkingConfigEnabled.Display.SUMMARIZED : ThinkingConfigEnabled.Display.OMITTED);
			}
		}

		private OutputConfig output(@Nullable String effort, @Nullable ResponseFormat format) {
			OutputConfig defaults = this.defaults.getOutputConfig();
			OutputConfig.Builder output = (defaults != null) ? defaults.toBuilder() : OutputConfig.builder();
			if (effort != null) {
				output.effort(OutputConfig.Effort.of(effort));
			}
			if (format != null) {
				output.format(JsonOutputFormat.builder().schema(schema(format)).build());
			}
			return output.build();
		}

		private JsonOutputFormat.Schema schema(ResponseFormat format) {
			if (format.schema() == null) {
				throw this.refusals.unsupported("responseFormat",
						"it supports JSON only with a schema; use ResponseFormat.jsonSchema");
			}
			JsonOutputFormat.Schema.Builder schema = JsonOutputFormat.Schema.builder();
			for (Map.Entry<String, JsonNode> entry : SchemaRules.ANTHROPIC.schema(format).properties()) {
				schema.putAdditionalProperty(entry.getKey(),
						JsonValue.from(JsonMapper.shared().convertValue(entry.getValue(), Object.class)));
			}
			return schema.build();
		}

		private AnthropicCacheOptions cache(Duration ttl) {
			if (!ttl.equals(Duration.ofMinutes(5)) && !ttl.equals(Duration.ofHours(1))) {
				throw this.refusals.unsupported("promptCacheTtl",
						"a prompt is cached for five minutes or for one hour, not for " + ttl);
			}
			AnthropicCacheOptions.Builder cache = AnthropicCacheOptions.builder()
				.strategy(AnthropicCacheStrategy.CONVERSATION_HISTORY);
			for (MessageType type : MessageType.values()) {
				cache.messageTypeTtl(type,
						(ttl.toHours() > 0) ? AnthropicCacheTtl.ONE_HOUR : AnthropicCacheTtl.FIVE_MINUTES);
			}
			return cache.build();
		}

		@Override
		public org.springframework.ai.content.Media media(Media media) {
			if (media.uri() != null && !"https".equalsIgnoreCase(media.uri().getScheme())) {
				throw this.refusals.unsupported(media, "it is sent as bytes, or as a URL of 'https'");
			}
			boolean image = (media.uri() != null) ? media.is("image") : IMAGES.contains(media.essence());
			if (!image && !media.essence().equals("application/pdf")) {
				throw this.refusals.unsupported(media, "it sends images (PNG, JPEG, GIF, WebP) and 'application/pdf'");
			}
			return new CommonOptions(this.refusals).media(media);
		}

	}

}
