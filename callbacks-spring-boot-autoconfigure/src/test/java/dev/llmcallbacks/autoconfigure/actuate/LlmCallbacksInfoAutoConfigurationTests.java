package dev.llmcallbacks.autoconfigure.actuate;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.autoconfigure.LlmChatModelAutoConfiguration;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.dispatch.CallbackManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmCallbacksInfoAutoConfiguration}.
 */
class LlmCallbacksInfoAutoConfigurationTests {

	private static final String ENABLED = "management.info.llmcallbacks.enabled=true";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(TaskExecutionAutoConfiguration.class, LlmCallbacksAutoConfiguration.class,
						LlmChatModelAutoConfiguration.class, LlmCallbacksInfoAutoConfiguration.class))
		.withPropertyValues("callbacks.openai.api-key=sk-s3cret")
		.withBean("listener", Listener.class)
		.withBean("other", Listener.class);

	@Test
	@DisplayName("G31 no API key is told")
	void shouldTellOfModelsAndHandlersWhenEnabled() {
		this.runner.withPropertyValues(ENABLED, "callbacks.handlers.other.enabled=false").run((context) -> {
			Info.Builder info = new Info.Builder();
			context.getBean(LlmCallbacksInfoContributor.class).contribute(info);
			assertThat(info.build().getDetails()).isEqualTo(Map.of("llmcallbacks",
					Map.of("models", List.of("OpenAiChatModel"), "handlers", Map.of("enabled", 1L, "disabled", 1L))));
			assertThat(info.build().toString()).doesNotContain("s3cret");
		});
	}

	@Test
	void shouldTellNothingByDefault() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(InfoContributor.class));
	}

	@Test
	void shouldTellNothingWhenThereIsNoActuator() {
		this.runner.withPropertyValues(ENABLED)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("llmCallbacksInfoContributor"));
	}

	@Test
	@DisplayName("G33 the contributor backs off to the application's own")
	void shouldBackOff() {
		LlmCallbacksInfoContributor own = new LlmCallbacksInfoContributor(CallbackManager.builder().build(), List.of());
		this.runner.withPropertyValues(ENABLED)
			.withBean("own", LlmCallbacksInfoContributor.class, () -> own)
			.run((context) -> assertThat(context).getBean(InfoContributor.class).isSameAs(own));
	}

	@LlmCallback
	static class Listener implements CallbackHandler {

	}

}
