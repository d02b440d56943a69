package dev.llmcallbacks.provider;

import java.util.List;
import java.util.Map;

import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.model.StreamTruncatedException;

/**
 * What a transcript must be read as. That of a recording was put down by an independent
 * reader, that of a transcript of our own by its author.
 *
 * @param expected the expectation
 * @param protocol the protocol of the transcript
 */
record TranscriptExpectation(JsonNode expected, Protocol protocol) {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	void check(ChatResponse response, @Nullable Throwable error) {
		SoftAssertions softly = new SoftAssertions();
		if (this.protocol == Protocol.RESPONSES && !text("status").equals("completed")
				&& !text("status").equals("incomplete")) {
			checkUnfinished(softly, response, error);
			softly.assertAll();
			return;
		}
		softly.assertThat(response.llmOutput().modelName()).as("model").isEqualTo(text(this.expected, "model"));
		softly.assertThat(response.llmOutput().id()).as("id").isEqualTo(text(this.expected, "id"));
		checkUsage(softly, this.expected.path("usage"), response.llmOutput().tokenUsage());
		JsonNode choices = this.expected.path("choices").isArray() ? this.expected.path("choices")
				: MAPPER.createArrayNode().add(this.expected);
		for (int i = 0; i < choices.size(); i++) {
			checkChoice(softly, choices.get(i), choice(response, i));
		}
		checkEnd(softly, error);
		softly.assertAll();
	}

	private String text(String name) {
		return this.expected.path(name).asString("");
	}

	// A response that is neither completed nor incomplete: failed, queued or truncated
	private void checkUnfinished(SoftAssertions softly, ChatResponse response, @Nullable Throwable error) {
		if (this.expected.path("status").isNull() && this.expected.path("outputItems").size() > 0) {
			softly.assertThat(error).isNull();
			return;
		}
		softly.assertThat(error).isInstanceOf(ChatModelException.class);
		if (this.expected.path("status").isNull()) {
			softly.assertThat(choice(response, 0).text()).isEqualTo(text("text"));
		}
		if (this.expected.path("error").isObject() && error instanceof ChatModelException exception) {
			softly.assertThat(exception.getProviderError().message())
				.isEqualTo(text(this.expected.path("error"), "message"));
			softly.assertThat(exception.getProviderError().code()).isEqualTo(text(this.expected.path("error"), "code"));
		}
	}

	// What has not begun has no generation
	private static ChatGeneration choice(ChatResponse response, int index) {
		return (index < response.generations().size()) ? response.generations().get(index)
				: new ChatGeneration(new AiMessage(""), null, null, Map.of());
	}

	private void checkChoice(SoftAssertions softly, JsonNode expected, ChatGeneration choice) {
		softly.assertThat(choice.text()).as("text").isEqualTo(text(expected, "text"));
		String reasoning = text(expected, expected.has("thinking") ? "thinking" : "reasoning");
		softly.assertThat(choice.message().reasoning()).as("reasoning").isEqualTo(reasoning);
		softly.assertThat(choice.rawFinishReason()).as("finish reason").isEqualTo(finishReason(expected));
		if (expected.path("refusal").isString()) {
			softly.assertThat(choice.details()).containsEntry("refusal", text(expected, "refusal"));
		}
		if (expected.path("stopSequence").isString()) {
			softly.assertThat(choice.details()).containsEntry("stop_sequence", text(expected, "stopSequence"));
		}
		List<ToolCall> toolCalls = choice.message().toolCalls();
		softly.assertThat(toolCalls).as("tool calls").hasSize(expected.path("toolCalls").size());
		for (int i = 0; i < toolCalls.size(); i++) {
			JsonNode call = expected.path("toolCalls").get(i);
			softly.assertThat(toolCalls.get(i).id()).isEqualTo(text(call, "id"));
			softly.assertThat(toolCalls.get(i).name()).isEqualTo(text(call, "name"));
			softly.assertThat(toolCalls.get(i).arguments()).isEqualTo(text(call, "arguments"));
			if (call.path("argumentsJson").isObject()) {
				softly.assertThat((Object) MAPPER.valueToTree(toolCalls.get(i).parsedArguments()))
					.isEqualTo(call.path("argumentsJson"));
			}
		}
		if (this.protocol == Protocol.RESPONSES && expected.path("annotations").isInt()) {
			List<?> annotations = (List<?>) choice.details().getOrDefault("annotations", List.of());
			softly.assertThat(annotations).as("annotations").hasSize(expected.path("annotations").intValue());
		}
		expected.path("details")
			.properties()
			.forEach((detail) -> softly.assertThat((Object) MAPPER.valueToTree(choice.details().get(detail.getKey())))
				.as(detail.getKey())
				.isEqualTo(detail.getValue()));
		for (int i = 0; i < expected.path("signatures").size(); i++) {
			softly.assertThat(choice.details().toString()).contains(expected.path("signatures").get(i).asString());
		}
	}

	private @Nullable String finishReason(JsonNode expected) {
		if (this.protocol != Protocol.RESPONSES) {
			return text(expected, "finishReason");
		}
		String reason = text(expected, "incompleteReason");
		return (reason != null) ? reason : text(expected, "status");
	}

	private void checkUsage(SoftAssertions softly, JsonNode expected, TokenUsage usage) {
		int cacheRead = expected.path("cache_read_input_tokens").asInt(0);
		int cached = cacheRead + expected.path("cache_creation_input_tokens").asInt(0);
		int reasoning = expected.path("completion_tokens_details").path("reasoning_tokens").asInt(0);
		switch (this.protocol) {
			case ANTHROPIC -> checkCounts(softly, usage, expected.path("input_tokens").asInt(0) + cached,
					expected.path("output_tokens").asInt(0), reasoning, cacheRead);
			case CHAT_COMPLETIONS -> checkCounts(softly, usage, expected.path("prompt_tokens").asInt(0),
					expected.path("completion_tokens").asInt(0), reasoning,
					expected.path("prompt_tokens_details").path("cached_tokens").asInt(0));
			case RESPONSES -> checkCounts(softly, usage, expected.path("input_tokens").asInt(0),
					expected.path("output_tokens").asInt(0), this.expected.path("reasoningTokens").asInt(0),
					this.expected.path("cachedTokens").asInt(0));
		}
	}

	private static void checkCounts(SoftAssertions softly, TokenUsage usage, int input, int output, int reasoning,
			int cacheRead) {
		softly.assertThat(usage.input()).as("input").isEqualTo(input);
		softly.assertThat(usage.output()).as("output").isEqualTo(output);
		softly.assertThat(usage.reasoning()).as("reasoning tokens").isEqualTo(reasoning);
		softly.assertThat(usage.cacheRead()).as("cache read").isEqualTo(cacheRead);
	}

	private void checkEnd(SoftAssertions softly, @Nullable Throwable error) {
		if (this.expected.path("exception").isString()) {
			softly.assertThat(error)
				.extracting((thrown) -> thrown.getClass().getSimpleName())
				.isEqualTo(text(this.expected, "exception"));
		}
		if (this.expected.path("error").isObject()) {
			softly.assertThat(error).isInstanceOf(ChatModelException.class);
			if (error instanceof ChatModelException exception) {
				softly.assertThat(exception.getProviderError().message())
					.isEqualTo(text(this.expected.path("error"), "message"));
				softly.assertThat(exception.getProviderError().type())
					.isEqualTo(text(this.expected.path("error"), "type"));
				softly.assertThat(exception.getProviderError().code())
					.isEqualTo(text(this.expected.path("error"), "code"));
			}
		}
		if (this.expected.path("error").isObject() || this.expected.path("exception").isString()) {
			return;
		}
		boolean finished = this.protocol == Protocol.CHAT_COMPLETIONS && this.expected.path("finishReason").isString();
		finished |= this.protocol == Protocol.RESPONSES;
		if (this.expected.path("stream").path("endsCleanly").asBoolean(false) || finished) {
			softly.assertThat(error).isNull();
		}
		else {
			softly.assertThat(error).isInstanceOf(StreamTruncatedException.class);
		}
	}

	private static @Nullable String text(JsonNode node, String name) {
		JsonNode value = node.path(name);
		return (value.isString() || value.isNumber()) ? value.asString() : null;
	}

}
