package dev.llmcallbacks.client;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.model.ChatTimeoutException;
import dev.llmcallbacks.model.InvalidRequestException;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the defaults of a {@link ChatClient}, and for what a call puts over them.
 */
class ClientDefaultsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final ToolDefinition TOOL = new ToolDefinition("weather", "", "{\"type\":\"object\"}");

	private final ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.text("Hi"));

	@Test
	@DisplayName("the default instruction is for prompts that have none")
	void shouldUseDefaultSystem() {
		ChatClient client = ChatClient.builder(this.model).defaultSystem("Be brief").build();
		client.prompt("a").text().block(TIMEOUT);
		client.prompt("a").system("Be kind").text().block(TIMEOUT);
		client.prompt(List.of(new SystemMessage("Be quick"), new HumanMessage("a"))).text().block(TIMEOUT);
		client.generate(List.of(List.of(new HumanMessage("a")))).block(TIMEOUT);
		client.mutate().build().prompt("a").text().block(TIMEOUT);
		client.mutate().defaultSystem(null).build().prompt("a").text().block(TIMEOUT);
		client.mutate().defaultSystem(" ").build().prompt("a").text().block(TIMEOUT);
		assertThat(this.model.requests()).extracting((request) -> request.messages().get(0))
			.containsExactly(new SystemMessage("Be brief"), new SystemMessage("Be kind"), new SystemMessage("Be quick"),
					new SystemMessage("Be brief"), new SystemMessage("Be brief"), new HumanMessage("a"),
					new HumanMessage("a"));
		assertThat(this.model.requests().get(2).messages()).hasSize(2);
	}

	@Test
	@DisplayName("the default tools are for prompts that set none, and not for agents")
	void shouldUseDefaultTools() {
		ChatClient client = ChatClient.builder(this.model).defaultTools(TOOL).build();
		client.prompt("a").text().block(TIMEOUT);
		client.prompt("a").tools(List.of()).text().block(TIMEOUT);
		Agent.builder(client).build().text("a").block(TIMEOUT);
		assertThat(this.model.requests()).extracting((request) -> request.tools().size()).containsExactly(1, 0, 0);
	}

	@Test
	@DisplayName("media beyond the limits of the client fail before anything is sent, and the property is named")
	void shouldLimitMedia() {
		ChatClient client = ChatClient.builder(this.model)
			.mediaLimits(new MediaLimits(2, DataSize.ofBytes(10)))
			.build();
		Media small = Media.of("image/png", new byte[5]);
		assertFailure(client, List.of(new HumanMessage("a", List.of(small, small, small))), "max-media-count");
		assertFailure(client, List.of(new HumanMessage("a", List.of(Media.of("image/png", new byte[11])))),
				"max-media-size");
		assertThat(this.model.requests()).isEmpty();
		client.prompt("a").media(small, small).text().block(TIMEOUT);
		assertThat(this.model.requests()).hasSize(1);
	}

	private static void assertFailure(ChatClient client, List<ChatMessage> messages, String property) {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> client.prompt(messages).text().block(TIMEOUT))
			.withMessageContaining(property);
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> client.prompt(messages).content().blockLast(TIMEOUT))
			.withMessageContaining(property);
	}

	@Test
	@DisplayName("G29 a call has retries of its own")
	void shouldRetryAsTheCallSays() {
		ScriptedAnswer overloaded = ScriptedAnswer
			.failure(new OverloadedException("overloaded", ProviderError.of("p"), null));
		ChatClient client = ChatClient
			.builder(new ScriptedChatModel().answer(overloaded, overloaded).answer(ScriptedAnswer.text("Hi")))
			.retryPolicy(new RetryPolicy(1, Duration.ZERO, Duration.ZERO))
			.build();
		assertThat(
				client.prompt("a").retryPolicy(new RetryPolicy(3, Duration.ZERO, Duration.ZERO)).text().block(TIMEOUT))
			.isEqualTo("Hi");
	}

	@Test
	@DisplayName("G30 a call has time limits of its own")
	void shouldLimitTimeAsTheCallSays() {
		ChatClient client = ChatClient.builder(new ScriptedChatModel(ScriptedAnswer.silence())).build();
		assertThatExceptionOfType(ChatTimeoutException.class).isThrownBy(() -> client.prompt("a")
			.timeLimits(new TimeLimits(Duration.ZERO, Duration.ZERO, Duration.ofMillis(50)))
			.text()
			.block(TIMEOUT));
	}

}
