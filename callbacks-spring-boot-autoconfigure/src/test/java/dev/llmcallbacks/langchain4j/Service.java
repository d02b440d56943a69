package dev.llmcallbacks.langchain4j;

import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;

import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;

import dev.llmcallbacks.test.ScriptedProvider;

/**
 * Service that LangChain4j's real clients call on a scripted server.
 */
enum Service {

	OPENAI((provider, retries) -> OpenAiChatModel.builder()
		.baseUrl(provider.openAiBaseUrl())
		.apiKey("key")
		.modelName("gpt-scripted")
		.returnThinking(true)
		.maxRetries(retries)
		.build(),
			(provider) -> OpenAiStreamingChatModel.builder()
				.baseUrl(provider.openAiBaseUrl())
				.apiKey("key")
				.modelName("gpt-scripted")
				.returnThinking(true)
				.build()),

	ANTHROPIC(
			(provider, retries) -> AnthropicChatModel.builder()
				.baseUrl(provider.anthropicBaseUrl() + "/v1")
				.apiKey("key")
				.modelName("claude-scripted")
				.returnThinking(true)
				.maxRetries(retries)
				.build(),
			(provider) -> AnthropicStreamingChatModel.builder()
				.baseUrl(provider.anthropicBaseUrl() + "/v1")
				.apiKey("key")
				.modelName("claude-scripted")
				.returnThinking(true)
				.build());

	private final BiFunction<ScriptedProvider, Integer, ChatModel> whole;

	private final Function<ScriptedProvider, StreamingChatModel> streaming;

	Service(BiFunction<ScriptedProvider, Integer, ChatModel> whole,
			Function<ScriptedProvider, StreamingChatModel> streaming) {
		this.whole = whole;
		this.streaming = streaming;
	}

	ChatModel whole(ScriptedProvider provider) {
		return whole(provider, 0);
	}

	ChatModel whole(ScriptedProvider provider, int retries) {
		return this.whole.apply(provider, retries);
	}

	StreamingChatModel streaming(ScriptedProvider provider) {
		return this.streaming.apply(provider);
	}

	String provider() {
		return name().toLowerCase(Locale.ROOT);
	}

	String model() {
		return (this == OPENAI) ? "gpt-scripted" : "claude-scripted";
	}

}
