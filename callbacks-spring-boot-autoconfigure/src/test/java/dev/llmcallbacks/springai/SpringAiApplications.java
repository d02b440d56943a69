package dev.llmcallbacks.springai;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientBuilderCustomizer;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.autoconfigure.SpringAiAutoConfiguration;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedProvider;

/**
 * Applications with a real model of Spring AI that calls a scripted server, with this
 * library or without it.
 */
enum SpringAiApplications {

	OPENAI_WHOLE(false), OPENAI_STREAMED(true), ANTHROPIC_WHOLE(false), ANTHROPIC_STREAMED(true);

	static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final boolean streaming;

	SpringAiApplications(boolean streaming) {
		this.streaming = streaming;
	}

	boolean isStreaming() {
		return this.streaming;
	}

	boolean isOpenAi() {
		return name().startsWith("OPENAI");
	}

	String provider() {
		return isOpenAi() ? "openai" : "anthropic";
	}

	ChatModel model(ScriptedProvider server) {
		return model(server, 0);
	}

	ChatModel model(ScriptedProvider server, int retries) {
		return isOpenAi() ? openAi(server.openAiBaseUrl(), retries) : anthropic(server.anthropicBaseUrl(), retries);
	}

	/** A model of a server that is given by its address. */
	ChatModel model(String url) {
		return isOpenAi() ? openAi(url + "/v1", 0) : anthropic(url, 0);
	}

	static OpenAiChatModel openAi(ScriptedProvider server) {
		return openAi(server.openAiBaseUrl(), 0);
	}

	private static OpenAiChatModel openAi(String url, int retries) {
		return OpenAiChatModel.builder()
			.options(OpenAiChatOptions.builder()
				.apiKey("none")
				.baseUrl(url)
				.model("gpt-test")
				.maxRetries(retries)
				.build())
			.build();
	}

	static AnthropicChatModel anthropic(ScriptedProvider server) {
		return anthropic(server.anthropicBaseUrl(), 0);
	}

	private static AnthropicChatModel anthropic(String url, int retries) {
		return AnthropicChatModel.builder()
			.options(AnthropicChatOptions.builder()
				.apiKey("none")
				.baseUrl(url)
				.model("claude-test")
				.maxTokens(100)
				.maxRetries(retries)
				.build())
			.build();
	}

	/** An application without this library. */
	ApplicationContextRunner without(ScriptedProvider server) {
		return new ApplicationContextRunner().withBean("model", ChatModel.class, () -> model(server))
			.withUserConfiguration(Clients.class);
	}

	/** The same application with this library, and with a recorder. */
	ApplicationContextRunner with(ScriptedProvider server) {
		return without(server).withUserConfiguration(Recorder.class)
			.withConfiguration(
					AutoConfigurations.of(LlmCallbacksAutoConfiguration.class, SpringAiAutoConfiguration.class));
	}

	/** Ask the application's client. */
	String ask(ApplicationContext context, String question, Consumer<ChatClient.ChatClientRequestSpec> further) {
		ChatClient.ChatClientRequestSpec spec = context.getBean(ChatClient.class).prompt(question);
		further.accept(spec);
		return this.streaming
				? String.join("", spec.stream().content().collectList().blockOptional(TIMEOUT).orElse(List.of()))
				: spec.call().content();
	}

	@Configuration(proxyBeanMethods = false)
	static class Clients {

		@Bean
		ToolCallingManager toolCallingManager() {
			return ToolCallingManager.builder().build();
		}

		@Bean
		ChatClient client(ChatModel model, ToolCallingManager manager,
				ObjectProvider<ChatClientBuilderCustomizer> customizers) {
			ChatClient.Builder builder = ChatClient.builder(model, ObservationRegistry.NOOP, null, null,
					ToolCallingAdvisor.builder().toolCallingManager(manager));
			customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
			return builder.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Recorder {

		@Bean
		@LlmCallback
		EventRecorder recorder() {
			return new EventRecorder(TIMEOUT);
		}

	}

}
