package dev.llmcallbacks.autoconfigure.test;

import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AutoConfigureScriptedChatModel} in an application that is kept from
 * test to test.
 */
@SpringBootTest(properties = { "callbacks.openai.api-key=${NO_SUCH_KEY}", "spring.main.lazy-initialization=true" })
@AutoConfigureScriptedChatModel
class AutoConfigureScriptedChatModelTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	@Autowired
	private ChatClient chatClient;

	@Autowired
	private ScriptedChatModel model;

	@Autowired
	private EventRecorder recorder;

	@BeforeEach
	void shouldHaveBeenReset() {
		assertThat(this.model.calls()).isEmpty();
		assertThat(this.recorder).hasHeardNothing();
		this.model.answer("scripted before");
	}

	@Test
	void shouldAnswerWithoutProvider() {
		ask();
	}

	@Test
	void shouldAnswerAgainInTheSameApplication() {
		ask();
	}

	private void ask() {
		assertThat(this.chatClient.prompt("Hi").runName("ask").text().block(TIMEOUT)).isEqualTo("scripted before");
		assertThat(this.recorder).run("ask").endedWith(Outcome.COMPLETED).calledOnThreads("llm-callback-");
		this.model.answer("never asked for");
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class TestApplication {

	}

}
