package dev.llmcallbacks.autoconfigure;

import java.util.List;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.langchain4j.LangChain4jChatModel;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LangChain4jChatModelAutoConfiguration}.
 */
class LangChain4jChatModelAutoConfigurationTests {

	private static ApplicationContextRunner runner() {
		return Applications.withoutModel()
			.withConfiguration(AutoConfigurations.of(LangChain4jChatModelAutoConfiguration.class));
	}

	@Test
	void shouldBuildTheChatClientWithTheModelOfLangChain4j() {
		Applications.recording(runner().withBean(Answering.class)).run((context) -> {
			assertThat(context).hasSingleBean(LangChain4jChatModel.class);
			assertThat(Applications.ask(context)).isEqualTo("Why not?");
		});
	}

	@Test
	void shouldBackOffIfAProviderIsConfigured() {
		runner().withBean(Answering.class)
			.withPropertyValues("callbacks.openai.base-url=http://localhost:1/v1")
			.run((context) -> assertThat(context).hasSingleBean(ChatModel.class)
				.doesNotHaveBean(LangChain4jChatModel.class));
	}

	@Test
	void shouldBackOffIfTheApplicationHasAModel() {
		runner().withBean(Answering.class)
			.withBean("model", ChatModel.class, () -> ScriptedChatModel.of("Hello"))
			.run((context) -> assertThat(context).hasSingleBean(ChatModel.class)
				.doesNotHaveBean(LangChain4jChatModel.class));
	}

	@Test
	void shouldBackOffIfThereAreSeveralModels() {
		runner().withBean("one", Answering.class)
			.withBean("two", Answering.class)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ChatClient.class));
	}

	@Test
	void shouldBackOffIfItIsDisabled() {
		runner().withBean(Answering.class)
			.withPropertyValues("callbacks.langchain4j.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ChatClient.class));
	}

	@Test
	void shouldBackOffWithoutLangChain4j() {
		runner().withClassLoader(new FilteredClassLoader("dev.langchain4j"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ChatClient.class));
	}

	/**
	 * Model of an application.
	 */
	static class Answering implements StreamingChatModel {

		@Override
		public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
			List.of("Why ", "not?").forEach(handler::onPartialResponse);
			handler.onCompleteResponse(ChatResponse.builder().aiMessage(AiMessage.from("Why not?")).build());
		}

	}

}
