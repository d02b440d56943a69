package dev.llmcallbacks.autoconfigure;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.langchain4j.model.chat.DisabledStreamingChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mockito;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.feed.redis.RedisFeedStore;
import dev.llmcallbacks.langchain4j.LangChain4jChatModel;
import dev.llmcallbacks.springai.SpringAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gives the application a bean of its own for each one that the library has.
 */
class BackOffTests {

	private final ApplicationContextRunner contextRunner = Applications.withoutModel()
		.withConfiguration(AutoConfigurations.of(autoConfigurations().toArray(Class<?>[]::new)))
		.withBean("meterRegistry", MeterRegistry.class, SimpleMeterRegistry::new)
		.withBean("observationRegistry", ObservationRegistry.class, ObservationRegistry::create)
		.withBean("tracer", Tracer.class, () -> Tracer.NOOP)
		.withInitializer((context) -> context.addBeanFactoryPostProcessor(BackOffTests::makeLazy))
		.withPropertyValues("callbacks.openai.api-key=key", "callbacks.anthropic.api-key=key",
				"callbacks.chat.provider=openai", "callbacks.logging.enabled=true",
				"callbacks.web.problem-details=true", "management.endpoints.web.exposure.include=*",
				"management.info.llmcallbacks.enabled=true", "management.endpoint.llmruns.access=UNRESTRICTED",
				"callbacks.prices.some-model.input=1", "callbacks.prices.some-model.output=1");

	private static void makeLazy(ConfigurableListableBeanFactory beanFactory) {
		for (String name : beanFactory.getBeanDefinitionNames()) {
			beanFactory.getBeanDefinition(name).setLazyInit(true);
		}
	}

	private static Stream<Class<?>> autoConfigurations() {
		return StreamSupport.stream(ImportCandidates.load(AutoConfiguration.class, null).spliterator(), false)
			.filter((name) -> name.startsWith("dev.llmcallbacks."))
			.map((name) -> ClassUtils.resolveClassName(name, null));
	}

	static Stream<Method> beanMethods() {
		return autoConfigurations().flatMap(BackOffTests::configurations)
			.flatMap((type) -> Arrays.stream(type.getDeclaredMethods()))
			.filter((method) -> method.isAnnotationPresent(Bean.class))
			.filter((method) -> !isForVirtualThreads(method) || Threading.VIRTUAL.isActive(virtualThreads()));
	}

	private static Environment virtualThreads() {
		return new MockEnvironment().withProperty("spring.threads.virtual.enabled", "true");
	}

	private static boolean isForVirtualThreads(Method method) {
		ConditionalOnThreading condition = method.getAnnotation(ConditionalOnThreading.class);
		return condition != null && condition.value() == Threading.VIRTUAL;
	}

	private static Stream<Class<?>> configurations(Class<?> type) {
		List<Class<?>> inside = new ArrayList<>(List.of(type.getDeclaredClasses()));
		Import imports = type.getAnnotation(Import.class);
		if (imports != null) {
			inside.addAll(List.of(imports.value()));
		}
		return Stream.concat(Stream.of(type),
				inside.stream()
					.filter((each) -> MergedAnnotations.from(each).isPresent(Configuration.class))
					.flatMap(BackOffTests::configurations));
	}

	@Test
	void shouldFindTheBeans() {
		assertThat(beanMethods()).extracting(Method::getName)
			.hasSizeGreaterThan(15)
			.contains("llmCallbacksManager", "llmCallbacksOpenAiChatModel", "llmCallbacksChatClient");
	}

	@ParameterizedTest
	@MethodSource("beanMethods")
	@DisplayName("G33 every bean of the library backs off to the application's own")
	void shouldBackOff(Method beanMethod) {
		ApplicationContextRunner runner = runner(beanMethod);
		runner.run((context) -> assertThat(factoryMethods(context)).contains(beanMethod.getName()));
		withOwn(runner, beanMethod)
			.run((context) -> assertThat(factoryMethods(context)).doesNotContain(beanMethod.getName()));
	}

	private ApplicationContextRunner runner(Method beanMethod) {
		if (beanMethod.getReturnType() == LangChain4jChatModel.class) {
			return this.contextRunner
				.withBean("streamingChatModel", StreamingChatModel.class, DisabledStreamingChatModel::new)
				.withPropertyValues("callbacks.openai.api-key=", "callbacks.anthropic.api-key=");
		}
		if (beanMethod.getReturnType() == SpringAiChatModel.class) {
			return this.contextRunner.withBean("springAiModel", ChatModel.class, () -> own(ChatModel.class))
				.withPropertyValues("callbacks.openai.api-key=", "callbacks.anthropic.api-key=");
		}
		if (beanMethod.getReturnType() == RedisFeedStore.class) {
			return this.contextRunner
				.withBean("redis", ReactiveRedisConnectionFactory.class,
						() -> own(ReactiveRedisConnectionFactory.class))
				.withPropertyValues("callbacks.feeds.store=redis");
		}
		return isForVirtualThreads(beanMethod)
				? this.contextRunner.withPropertyValues("spring.threads.virtual.enabled=true") : this.contextRunner;
	}

	private static <T> ApplicationContextRunner withOwn(ApplicationContextRunner runner, Method beanMethod) {
		MergedAnnotation<ConditionalOnMissingBean> condition = Stream.of(beanMethod, beanMethod.getDeclaringClass())
			.map((element) -> MergedAnnotations.from(element).get(ConditionalOnMissingBean.class))
			.filter(MergedAnnotation::isPresent)
			.findFirst()
			.orElseThrow(() -> new AssertionError("No @ConditionalOnMissingBean on " + beanMethod));
		Class<?>[] types = condition.getClassArray(MergedAnnotation.VALUE);
		String[] names = condition.getStringArray("name");
		@SuppressWarnings("unchecked")
		Class<T> type = (Class<T>) ((types.length > 0) ? types[0] : beanMethod.getReturnType());
		return runner.withBean((names.length > 0) ? names[0] : "own", type, () -> own(type));
	}

	private static <T> T own(Class<T> type) {
		return Mockito.mock(type, (call) -> {
			Class<?> returned = call.getMethod().getReturnType();
			if (returned == CallbackManager.class) {
				return own(CallbackManager.class);
			}
			if (returned == Flux.class) {
				return Flux.never();
			}
			return (returned == Mono.class) ? Mono.empty() : Mockito.RETURNS_DEFAULTS.answer(call);
		});
	}

	private static List<String> factoryMethods(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		ConfigurableListableBeanFactory beanFactory = context.getSourceApplicationContext().getBeanFactory();
		return Arrays.stream(beanFactory.getBeanDefinitionNames())
			.map((name) -> beanFactory.getBeanDefinition(name).getFactoryMethodName())
			.toList();
	}

}
