package dev.llmcallbacks.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for when handlers are created and destroyed.
 */
class HandlerScopeTests {

	private static final AtomicInteger created = new AtomicInteger();

	private static final AtomicInteger destroyed = new AtomicInteger();

	private static final List<String> heard = new CopyOnWriteArrayList<>();

	private final ApplicationContextRunner contextRunner = Applications.withModel("Hel", "lo");

	@BeforeEach
	void reset() {
		created.set(0);
		destroyed.set(0);
		heard.clear();
	}

	@Test
	void shouldCreateAPrototypeForEachRootRunAndDestroyItThereafter() {
		this.contextRunner.withUserConfiguration(PrototypeConfiguration.class).run((context) -> {
			assertThat(created).hasValue(0);
			Applications.ask(context);
			Applications.ask(context);
			assertThat(heard).containsExactly("Hello", "Hello");
			assertThat(created).hasValue(2);
			assertThat(destroyed).hasValue(2);
		});
	}

	@Test
	void shouldLookBehindTheScopedProxyOfAPrototype() {
		this.contextRunner.withUserConfiguration(ProxiedPrototypeConfiguration.class).run((context) -> {
			assertThat(Applications.handlers(context)).containsExactly("collector");
			Applications.ask(context);
			assertThat(heard).containsExactly("Hello");
			assertThat(created).hasValue(1);
		});
	}

	@Test
	void shouldCreateTheBeanOfAPrototypeMethodForEachRootRun() {
		this.contextRunner.withUserConfiguration(PrototypeMethodConfiguration.class).run((context) -> {
			Applications.ask(context);
			Applications.ask(context);
			assertThat(heard).containsExactly("1", "1");
			assertThat(destroyed).hasValue(2);
		});
	}

	@Test
	void shouldLeaveALazyHandlerAloneUntilTheFirstRun() {
		this.contextRunner.withUserConfiguration(LazyConfiguration.class).run((context) -> {
			assertThat(Applications.handlers(context)).containsExactlyInAnyOrder("collector", "methods-end");
			assertThat(created).hasValue(0);
			Applications.ask(context);
			assertThat(created).hasValue(2);
			assertThat(heard).containsExactlyInAnyOrder("Hello", "method");
		});
	}

	@Test
	void shouldCreateHandlersInTheirPlaceAmongTheOtherBeans() {
		this.contextRunner.withUserConfiguration(DependentConfiguration.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(created).hasValue(1);
			Applications.ask(context);
			assertThat(heard).containsExactly("with client");
		});
	}

	@Test
	void shouldLookAtHandlersAtStartUpEvenIfAllBeansAreLazy() {
		this.contextRunner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withUserConfiguration(DependentConfiguration.class)
			.withPropertyValues("callbacks.handlers.typo.enabled=false")
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void shouldHearARunThatBeginsBeforeAllSingletonsAreThere() {
		this.contextRunner.withUserConfiguration(EarlyConfiguration.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(heard).containsExactly("Hello");
			Applications.ask(context);
			assertThat(heard).hasSize(2);
		});
	}

	@Test
	@DisplayName("the annotated methods of a prototype bean share one instance in a root run, entered by one thread at a time")
	void shouldShareOneInstanceAmongTheMethodsOfAPrototype() {
		this.contextRunner.withUserConfiguration(PrototypeWithTwoMethods.class).run((context) -> {
			Applications.ask(context);
			Applications.ask(context);
			assertThat(created).hasValue(2);
			assertThat(destroyed).hasValue(2);
			assertThat(heard).containsExactly("2 tokens", "2 tokens");
		});
	}

	@Test
	void shouldHearWhatABeanMethodMakesThatDeclaresAnInterface() {
		this.contextRunner.withUserConfiguration(HandlersOfUnknownClass.class).run((context) -> {
			Applications.ask(context);
			assertThat(heard).containsExactlyInAnyOrder("lazy", "prototype");
		});
	}

	@Test
	@DisplayName("G32 a handler of a custom scope fails at start-up")
	void shouldRefuseOtherScopes() {
		assertRefused(this.contextRunner.withUserConfiguration(ThreadScopeConfiguration.class), "thread");
		assertRefused(this.contextRunner.withUserConfiguration(ProxiedThreadScopeConfiguration.class), "thread");
	}

	private static void assertRefused(ApplicationContextRunner runner, String scope) {
		FailureAnalysis analysis = Applications.failure(runner
			.withInitializer((context) -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope())));
		assertThat(analysis.getDescription()).contains("'collector'", "'" + scope + "'");
		assertThat(analysis.getAction()).contains("singleton", "prototype");
	}

	static class Collector implements CallbackHandler, DisposableBean {

		private final StringBuilder text = new StringBuilder();

		Collector() {
			created.incrementAndGet();
		}

		@Override
		public void onLlmNewToken(LlmNewToken event) {
			this.text.append(event.token());
		}

		@Override
		public void onLlmEnd(LlmEnd event) {
			heard.add(this.text.toString());
		}

		@Override
		public void destroy() {
			destroyed.incrementAndGet();
		}

	}

	static class Methods implements DisposableBean {

		private int calls;

		@LlmCallback
		void end(LlmEnd event) {
			heard.add(String.valueOf(++this.calls));
		}

		@Override
		public void destroy() {
			destroyed.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrototypeConfiguration {

		@Bean
		@Scope("prototype")
		@LlmCallback
		Collector collector() {
			return new Collector();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ProxiedPrototypeConfiguration {

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		@LlmCallback
		Collector collector() {
			return new Collector();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrototypeMethodConfiguration {

		@Bean
		@Scope("prototype")
		Methods methods() {
			return new Methods();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyConfiguration {

		@Bean
		@Lazy
		@LlmCallback
		Collector collector() {
			return new Collector();
		}

		@Bean
		@Lazy
		LazyMethods methods() {
			return new LazyMethods();
		}

	}

	static class LazyMethods {

		LazyMethods() {
			created.incrementAndGet();
		}

		@LlmCallback
		void end(LlmEnd event) {
			heard.add("method");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DependentConfiguration {

		@Bean
		@LlmCallback
		CallbackHandler handler(ChatClient chatClient) {
			created.incrementAndGet();
			return CallbackHandler.on(LlmEnd.class, (end) -> heard.add("with client"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyConfiguration {

		@Bean
		String early(ChatClient chatClient) {
			return chatClient.prompt("Hello").text().block(Applications.TIMEOUT);
		}

		@Bean
		@LlmCallback
		Collector collector() {
			return new Collector();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ThreadScopeConfiguration {

		@Bean
		@Scope("thread")
		@LlmCallback
		Collector collector() {
			return new Collector();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ProxiedThreadScopeConfiguration {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		@LlmCallback
		Collector collector() {
			return new Collector();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrototypeWithTwoMethods {

		@Bean
		@Scope("prototype")
		TokenCounter tokenCounter() {
			return new TokenCounter();
		}

	}

	static class TokenCounter implements DisposableBean {

		private int tokens;

		TokenCounter() {
			created.incrementAndGet();
		}

		@LlmCallback
		void count(LlmNewToken event) {
			this.tokens++;
		}

		@LlmCallback
		void tell(LlmEnd event) {
			heard.add(this.tokens + " tokens");
		}

		@Override
		public void destroy() {
			destroyed.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HandlersOfUnknownClass {

		@Bean
		@Lazy
		@LlmCallback
		CallbackHandler lazyHandler() {
			return CallbackHandler.on(LlmEnd.class, (end) -> heard.add("lazy"));
		}

		@Bean
		@Scope("prototype")
		@LlmCallback
		LlmCallbackHandler prototypeHandler() {
			return CallbackHandler.on(LlmEnd.class, (end) -> heard.add("prototype"));
		}

	}

}
