package dev.llmcallbacks.autoconfigure.test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.web.reactive.function.client.WebClient;

import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.autoconfigure.LlmChatClientAutoConfiguration;
import dev.llmcallbacks.autoconfigure.LlmChatModelAutoConfiguration;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScriptedChatModelAutoConfiguration}.
 */
class ScriptedChatModelAutoConfigurationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class, WebClientAutoConfiguration.class,
				LlmCallbacksAutoConfiguration.class, LlmChatModelAutoConfiguration.class,
				LlmChatClientAutoConfiguration.class, ScriptedChatModelAutoConfiguration.class));

	@Test
	void shouldBringAModelWhenThereIsNone() {
		this.runner.run(this::answersAsScripted);
	}

	@Test
	void shouldReplaceTheModelsOfProviders() {
		this.runner
			.withPropertyValues("callbacks.openai.api-key=k1", "callbacks.anthropic.api-key=k2",
					"callbacks.chat.provider=openai")
			.run((context) -> {
				answersAsScripted(context);
				assertThat(context).doesNotHaveBean(OpenAiChatModel.class)
					.getBean("llmCallbacksOpenAiChatModel")
					.isSameAs(context.getBean(ScriptedChatModel.class));
			});
	}

	@Test
	void shouldReplaceTheApplicationsOwnModelsUnderTheirNames() {
		this.runner.withUserConfiguration(TwoModels.class).run((context) -> {
			answersAsScripted(context);
			Map<String, ChatModel> models = context.getBeansOfType(ChatModel.class);
			assertThat(models.values()).containsExactly(context.getBean(ScriptedChatModel.class));
			assertThat(context.getBean("fast")).isSameAs(context.getBean("large"))
				.isSameAs(context.getBean(ScriptedChatModel.class));
		});
	}

	@Test
	void shouldReplaceTheModelsOfNamedClients() {
		this.runner
			.withPropertyValues("callbacks.clients.fast.provider=openai",
					"callbacks.clients.fast.api-key=${NO_SUCH_KEY}", "callbacks.clients.fast.max-tokens=7",
					"callbacks.clients.large.base-url=http://localhost:1", "callbacks.clients.large.provider=anthropic")
			.run((context) -> {
				ScriptedChatModel model = context.getBean(ScriptedChatModel.class).answer("fast").answer("large");
				for (String name : List.of("fast", "large")) {
					ChatClient client = BeanFactoryAnnotationUtils.qualifiedBeanOfType(context.getBeanFactory(),
							ChatClient.class, name);
					assertThat(client.prompt("Hi").text().block(TIMEOUT)).isEqualTo(name);
				}
				assertThat(model.requests()).extracting((request) -> request.options().maxTokens())
					.containsExactly(7, null);
			});
	}

	@Test
	void shouldHaveNoClientWhereTheApplicationHasNone() {
		this.runner.withBean("a", ChatModel.class, ScriptedChatModelAutoConfigurationTests::realModel)
			.withBean("b", ChatModel.class, ScriptedChatModelAutoConfigurationTests::realModel)
			.run((context) -> assertThat(context).doesNotHaveBean(ChatClient.class).hasSingleBean(ChatModel.class));
	}

	@Test
	void shouldBackOffToTheTestsOwnModelAndRecorder() {
		ScriptedChatModel model = ScriptedChatModel.of("own");
		EventRecorder recorder = new EventRecorder();
		this.runner.withPropertyValues("callbacks.openai.api-key=k1")
			.withBean("model", ScriptedChatModel.class, () -> model)
			.withBean("recorder", EventRecorder.class, () -> recorder)
			.run((context) -> {
				assertThat(context).getBean(ChatModel.class).isSameAs(model);
				assertThat(context).getBean(EventRecorder.class).isSameAs(recorder);
			});
	}

	@Test
	void shouldGiveAClientToTestSlices() {
		new ApplicationContextRunner().withUserConfiguration(Slice.class).run(this::answersAsScripted);
	}

	@Test
	void shouldNeedNoWebClient() {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader(WebClient.class))
			.withUserConfiguration(Slice.class)
			.run(this::answersAsScripted);
	}

	@Test
	void shouldNotBeActiveByBeingOnTheClassPath() {
		new ApplicationContextRunner().withUserConfiguration(Everything.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(ChatModel.class)
				.doesNotHaveBean(EventRecorder.class));
	}

	private void answersAsScripted(ApplicationContext context) {
		context.getBean(ScriptedChatModel.class).answer("scripted");
		assertThat(context.getBean(ChatClient.class).prompt("Hi").runName("ask").text().block(TIMEOUT))
			.isEqualTo("scripted");
		assertThat(context.getBean(EventRecorder.class)).run("ask").endedWith(Outcome.COMPLETED);
	}

	private static ChatModel realModel() {
		return OpenAiChatModel.builder()
			.webClientBuilder(WebClient.builder())
			.baseUrl("http://localhost:1")
			.apiKey("k")
			.build();
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoModels {

		@Bean
		@Primary
		ChatModel fast() {
			return realModel();
		}

		@Bean
		OpenAiChatModel large() {
			return (OpenAiChatModel) realModel();
		}

	}

	@AutoConfigureScriptedChatModel
	static class Slice {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Everything {

	}

}
