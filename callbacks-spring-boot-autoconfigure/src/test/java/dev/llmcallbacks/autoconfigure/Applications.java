package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.HandlerStatus;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications to test with, and what is said when one does not start.
 */
final class Applications {

	static final Duration TIMEOUT = Duration.ofSeconds(20);

	private Applications() {
	}

	static ApplicationContextRunner withoutModel() {
		return new ApplicationContextRunner().withConfiguration(
				AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
						WebClientAutoConfiguration.class, LlmCallbacksAutoConfiguration.class,
						LlmChatModelAutoConfiguration.class, LlmChatClientAutoConfiguration.class));
	}

	static ApplicationContextRunner withModel(String... tokens) {
		return withoutModel().withBean("model", ChatModel.class,
				() -> new ScriptedChatModel(ScriptedAnswer.tokens(tokens).withUsage(5, tokens.length)));
	}

	/**
	 * Add a recorder to the handlers of an application, as the bean {@code log}.
	 */
	static ApplicationContextRunner recording(ApplicationContextRunner runner) {
		return runner.withUserConfiguration(Recording.class);
	}

	static String ask(ApplicationContext context) {
		return Objects.requireNonNull(context.getBean(ChatClient.class).prompt("Hello").text().block(TIMEOUT));
	}

	static List<String> handlers(ApplicationContext context) {
		return context.getBean(CallbackManager.class)
			.handlers()
			.stream()
			.filter(HandlerStatus::enabled)
			.map((handler) -> handler.registration().name())
			.toList();
	}

	/**
	 * Let an application fail to start, and have the failure analyzed as Boot does.
	 */
	static FailureAnalysis failure(ApplicationContextRunner runner) {
		AtomicReference<ConfigurableApplicationContext> created = new AtomicReference<>();
		AtomicReference<FailureAnalysis> analysis = new AtomicReference<>();
		runner.withInitializer(created::set).run((context) -> {
			assertThat(context).hasFailed();
			analysis.set(analyze(created.get(), context.getStartupFailure()));
		});
		assertThat(analysis.get()).as("what a failure analyzer says").isNotNull();
		return analysis.get();
	}

	private static FailureAnalysis analyze(ConfigurableApplicationContext context, Throwable failure) {
		ArgumentResolver arguments = ArgumentResolver.of(BeanFactory.class, context.getBeanFactory())
			.and(Environment.class, context.getEnvironment());
		return SpringFactoriesLoader.forDefaultResourceLocation(context.getClassLoader())
			.load(FailureAnalyzer.class, arguments, FailureHandler.logging(LogFactory.getLog(Applications.class)))
			.stream()
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseGet(() -> analyzed(failure));
	}

	private static FailureAnalysis analyzed(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof FailureAnalyzedException analyzed) {
				return analyzed.analysis();
			}
		}
		throw new AssertionError("No failure analyzer knows this failure", failure);
	}

	@Configuration(proxyBeanMethods = false)
	static class Recording {

		@Bean
		@LlmCallback
		EventRecorder log() {
			return new EventRecorder(TIMEOUT);
		}

	}

}
