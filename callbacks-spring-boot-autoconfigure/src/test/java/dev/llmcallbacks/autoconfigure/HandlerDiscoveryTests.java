package dev.llmcallbacks.autoconfigure;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.test.EventRecorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link HandlerDiscovery}.
 */
class HandlerDiscoveryTests {

	private final ApplicationContextRunner contextRunner = Applications.withModel("Hel", "lo");

	@Test
	void shouldCallAnnotatedClass() {
		this.contextRunner.withBean("log", AnnotatedLog.class).run((context) -> {
			assertThat(Applications.ask(context)).isEqualTo("Hello");
			assertThat(context.getBean(AnnotatedLog.class).heard).startsWith("ChatModelStart", "LlmNewToken")
				.endsWith("LlmEnd");
		});
	}

	@Test
	@DisplayName("G17 a bean is discovered once, under all its names")
	void shouldDiscoverABeanOnce() {
		this.contextRunner.withUserConfiguration(AliasConfiguration.class).run((context) -> {
			assertThat(Applications.handlers(context)).containsExactly("first");
			Applications.ask(context);
			assertThat(context.getBean(AnnotatedLog.class).heard).containsOnlyOnce("LlmEnd");
		});
	}

	@Test
	@DisplayName("G17 an object that is two beans is called once an event")
	void shouldCallAnObjectWithTwoNamesOnce() {
		EventRecorder log = new EventRecorder();
		this.contextRunner.withUserConfiguration(TwiceConfiguration.class)
			.withBean("shared", EventRecorder.class, () -> log)
			.run((context) -> {
				Applications.ask(context);
				assertThat(log.events(LlmEnd.class)).hasSize(1);
			});
	}

	@Test
	void shouldCallWhatABeanMethodReturns() {
		this.contextRunner.withUserConfiguration(BeanMethodConfiguration.class).run((context) -> {
			assertThat(Applications.handlers(context)).containsExactly("lambda", "reactive", "either");
			Applications.ask(context);
			assertThat(context.getBean(BeanMethodConfiguration.class).heard).containsExactlyInAnyOrder("sync", "async",
					"either");
		});
	}

	@Test
	void shouldCallAnnotatedMethodsOfAnyBean() {
		this.contextRunner.withBean("billing", Billing.class).run((context) -> {
			assertThat(Applications.handlers(context)).containsExactlyInAnyOrder("billing-charge", "billing-close",
					"billing-stage", "billing-everything", "tokens");
			Applications.ask(context);
			assertThat(context.getBean(Billing.class).heard).contains("charge", "close", "stage", "token:Hel",
					"any:ChatModelStart", "any:LlmEnd", "any:LlmNewToken");
		});
	}

	@Test
	void shouldDeriveOneStartForAMethodThatListensToLlmStart() {
		this.contextRunner.withBean("starts", Starts.class).run((context) -> {
			Applications.ask(context);
			assertThat(context.getBean(Starts.class).heard).containsExactlyInAnyOrder("Human: Hello", "ChatModelStart");
		});
	}

	@Test
	void shouldResolveTheParameterOfAGenericMethod() {
		this.contextRunner.withBean("generic", EndListener.class).run((context) -> {
			Applications.ask(context);
			assertThat(context.getBean(EndListener.class).heard).hasSize(1);
		});
	}

	@Test
	void shouldReportCheckedExceptionsAsTheyAre() {
		this.contextRunner.withBean("failing", Failing.class).run((context) -> {
			Throwable failure = catchThrowable(() -> Applications.ask(context));
			assertThat(failure).hasRootCauseExactlyInstanceOf(IOException.class);
		});
	}

	@Test
	void shouldFollowTheOrderOfClassesBeanMethodsAndMethods() {
		this.contextRunner.withUserConfiguration(OrderConfiguration.class).run((context) -> {
			Applications.ask(context);
			assertThat(context.getBean(OrderConfiguration.class).heard).containsExactly("by method", "by class",
					"by bean method", "by interface", "by default");
		});
	}

	@Test
	void shouldIgnoreHandlersWithoutAnnotation() {
		this.contextRunner.withBean("log", EventRecorder.class).run((context) -> {
			Applications.ask(context);
			assertThat(context.getBean(EventRecorder.class)).hasHeardNothing();
		});
	}

	@LlmCallback
	static class AnnotatedLog implements CallbackHandler {

		final List<String> heard = new CopyOnWriteArrayList<>();

		@Override
		public void onEvent(CallbackEvent event) {
			this.heard.add(event.getClass().getSimpleName());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AliasConfiguration {

		@Bean({ "first", "second" })
		@LlmCallback
		AnnotatedLog log() {
			return new AnnotatedLog();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwiceConfiguration {

		@Bean
		@LlmCallback
		EventRecorder one(EventRecorder shared) {
			return shared;
		}

		@Bean
		@LlmCallback
		EventRecorder two(EventRecorder shared) {
			return shared;
		}

	}

	@Configuration
	static class BeanMethodConfiguration {

		final List<String> heard = new CopyOnWriteArrayList<>();

		@Bean
		@LlmCallback
		CallbackHandler lambda() {
			return CallbackHandler.on(LlmEnd.class, (end) -> this.heard.add("sync"));
		}

		@Bean
		@LlmCallback
		AsyncCallbackHandler reactive() {
			return AsyncCallbackHandler.on(LlmEnd.class, (end) -> Mono.fromRunnable(() -> this.heard.add("async")));
		}

		@Bean
		@LlmCallback
		LlmCallbackHandler either() {
			return CallbackHandler.on(LlmEnd.class, (end) -> this.heard.add("either"));
		}

	}

	static class Billing {

		final List<String> heard = new CopyOnWriteArrayList<>();

		@LlmCallback
		void charge(LlmEnd event) {
			this.heard.add("charge");
		}

		@LlmCallback
		Mono<Void> close(RunEnd event) {
			return Mono.fromRunnable(() -> this.heard.add("close"));
		}

		@LlmCallback
		CompletionStage<String> stage(RunEnd event) {
			this.heard.add("stage");
			return CompletableFuture.completedFuture("ignored");
		}

		@LlmCallback("tokens")
		private void token(LlmNewToken event) {
			this.heard.add("token:" + event.token());
		}

		@LlmCallback
		void everything(CallbackEvent event) {
			this.heard.add("any:" + event.getClass().getSimpleName());
		}

	}

	static class Starts {

		final List<String> heard = new CopyOnWriteArrayList<>();

		@LlmCallback
		void text(LlmStart event) {
			this.heard.addAll(event.prompts());
		}

		@LlmCallback
		void any(RunStart event) {
			this.heard.add(event.getClass().getSimpleName());
		}

	}

	abstract static class Listener<E extends CallbackEvent> {

		final List<E> heard = new CopyOnWriteArrayList<>();

		@LlmCallback
		void on(E event) {
			this.heard.add(event);
		}

	}

	static class EndListener extends Listener<LlmEnd> {

	}

	static class Failing {

		@LlmCallback(raiseError = true)
		void fail(LlmEnd event) throws IOException {
			throw new IOException("no disk");
		}

	}

	/** One thread, so that what is called first is heard first. */
	@Configuration(proxyBeanMethods = false)
	static class OrderConfiguration {

		static final List<String> all = new CopyOnWriteArrayList<>();

		final List<String> heard = all;

		OrderConfiguration() {
			all.clear();
		}

		@Bean
		@LlmCallback(delivery = LlmCallback.Delivery.INLINE)
		CallbackHandler byDefault() {
			return CallbackHandler.on(LlmEnd.class, (end) -> all.add("by default"));
		}

		@Bean
		@LlmCallback(delivery = LlmCallback.Delivery.INLINE)
		OrderedHandler byInterface() {
			return new OrderedHandler();
		}

		@Bean
		@Order(3)
		@LlmCallback(delivery = LlmCallback.Delivery.INLINE)
		CallbackHandler byBeanMethod() {
			return CallbackHandler.on(LlmEnd.class, (end) -> all.add("by bean method"));
		}

		@Bean
		AnnotatedOrder byClass() {
			return new AnnotatedOrder();
		}

		@LlmCallback(delivery = LlmCallback.Delivery.INLINE)
		@Order(1)
		void byMethod(LlmEnd event) {
			all.add("by method");
		}

	}

	@Order(2)
	@LlmCallback(delivery = LlmCallback.Delivery.INLINE)
	static class AnnotatedOrder implements CallbackHandler {

		@Override
		public void onLlmEnd(LlmEnd event) {
			OrderConfiguration.all.add("by class");
		}

	}

	static class OrderedHandler implements CallbackHandler, Ordered {

		@Override
		public int getOrder() {
			return 4;
		}

		@Override
		public void onLlmEnd(LlmEnd event) {
			OrderConfiguration.all.add("by interface");
		}

	}

}
