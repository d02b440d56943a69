package dev.llmcallbacks.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.annotation.Order;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.ChatClientCustomizer;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.test.ModelCall;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmChatClientAutoConfiguration}.
 */
class LlmChatClientAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = Applications.withModel("Hello");

	@Test
	void shouldMakeAClientOfTheModel() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasBean("llmCallbacksChatClient").hasBean("llmCallbacksChatClientBuilder");
			assertThat(Applications.ask(context)).isEqualTo("Hello");
		});
	}

	@Test
	void shouldMakeABuilderForEachInjectionPoint() {
		this.contextRunner.run((context) -> assertThat(context.getBean(ChatClient.Builder.class))
			.isNotSameAs(context.getBean(ChatClient.Builder.class)));
	}

	@Test
	void shouldApplyTheOptions() {
		Applications.withModel("Hello")
			.withPropertyValues("callbacks.chat.model=m-1", "callbacks.chat.max-tokens=25",
					"callbacks.chat.temperature=0.5", "callbacks.chat.top-p=0.9",
					"callbacks.chat.stop-sequences=STOP,END", "callbacks.chat.seed=7", "callbacks.chat.streaming=false",
					"callbacks.chat.extra-body.top_k=40")
			.run((context) -> {
				Applications.ask(context);
				ModelCall call = context.getBean(ScriptedChatModel.class).calls().get(0);
				ChatOptions options = call.request().options();
				assertThat(options.model()).isEqualTo("m-1");
				assertThat(options.maxTokens()).isEqualTo(25);
				assertThat(options.temperature()).isEqualTo(0.5);
				assertThat(options.topP()).isEqualTo(0.9);
				assertThat(options.stopSequences()).containsExactly("STOP", "END");
				assertThat(options.seed()).isEqualTo(7);
				assertThat(options.streaming()).isFalse();
				assertThat(options.extraBody()).containsOnlyKeys("top_k");
				assertThat(call.isStreaming()).isFalse();
			});
	}

	@Test
	void shouldApplyCustomizersInOrder() {
		this.contextRunner.withUserConfiguration(CustomizerConfiguration.class).run((context) -> {
			List<String> tags = new CopyOnWriteArrayList<>();
			context.getBean(ChatClient.class)
				.prompt("Hello")
				.callbacks(CallbackHandler.on(LlmEnd.class, (end) -> tags.addAll(end.run().tags())))
				.text()
				.block(Applications.TIMEOUT);
			assertThat(tags).containsExactly("first", "second");
		});
	}

	@Test
	@DisplayName("G33 the client backs off to the application's own")
	void shouldBackOffToAClient() {
		ChatClient own = ChatClient.builder(ScriptedChatModel.of("own")).build();
		this.contextRunner.withBean("own", ChatClient.class, () -> own)
			.run((context) -> assertThat(context.getBean(ChatClient.class)).isSameAs(own));
	}

	@Test
	@DisplayName("G33 the builder backs off to the application's own")
	void shouldBackOffToABuilder() {
		this.contextRunner
			.withBean("own", ChatClient.Builder.class, () -> ChatClient.builder(ScriptedChatModel.of("own")))
			.run((context) -> {
				assertThat(context).doesNotHaveBean("llmCallbacksChatClientBuilder");
				assertThat(Applications.ask(context)).isEqualTo("own");
			});
	}

	@Test
	void shouldTakeThePrimaryModel() {
		this.contextRunner.withUserConfiguration(PrimaryConfiguration.class)
			.run((context) -> assertThat(Applications.ask(context)).isEqualTo("primary"));
	}

	@Test
	void shouldMakeNoClientOfTwoModels() {
		this.contextRunner.withBean("other", ChatModel.class, () -> ScriptedChatModel.of("other"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ChatClient.class));
	}

	@Test
	@DisplayName("G32 the absence of a client is explained where it is injected")
	void shouldExplainTheAbsenceOfAProvider() {
		for (Class<?> type : List.of(NeedsClient.class, NeedsBuilder.class, NeedsModel.class)) {
			FailureAnalysis analysis = Applications.failure(Applications.withoutModel().withBean("service", type));
			assertThat(analysis.getDescription()).contains(type.getName(), "no provider of chat models is configured");
			assertThat(analysis.getAction()).contains("'callbacks.openai.api-key'", "'callbacks.anthropic.api-key'",
					"'callbacks.openai.base-url'");
		}
	}

	@Test
	@DisplayName("G32 the absence of a client of two models is explained")
	void shouldExplainTheAbsenceOfAPrimaryModel() {
		FailureAnalysis analysis = Applications
			.failure(this.contextRunner.withBean("other", ChatModel.class, () -> ScriptedChatModel.of("other"))
				.withBean("service", NeedsClient.class));
		assertThat(analysis.getDescription()).contains(NeedsClient.class.getName(), "several ChatModel beans", "model",
				"other");
		assertThat(analysis.getAction()).contains("@Primary");
	}

	@Configuration(proxyBeanMethods = false)
	static class CustomizerConfiguration {

		@Bean
		@Order(2)
		ChatClientCustomizer second() {
			return (builder) -> builder.tags("second");
		}

		@Bean
		@Order(1)
		ChatClientCustomizer first() {
			return (builder) -> builder.tags("first");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryConfiguration {

		@Bean
		@Primary
		ChatModel primary() {
			return ScriptedChatModel.of("primary");
		}

	}

	static class NeedsClient {

		NeedsClient(ChatClient chatClient) {
		}

	}

	static class NeedsBuilder {

		NeedsBuilder(ChatClient.Builder builder) {
		}

	}

	static class NeedsModel {

		NeedsModel(ChatModel chatModel) {
		}

	}

}
