package dev.llmcallbacks.autoconfigure;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.annotation.Async;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.callback.LlmCallback.Concurrency;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what is said of handlers that cannot be.
 */
class HandlerFailureTests {

	/** Without a provider: handlers are looked at all the same. */
	private final ApplicationContextRunner contextRunner = Applications.withoutModel();

	@Test
	@DisplayName("G32 a bean that is not a handler fails at start-up")
	void shouldRefuseWhatIsNoHandler() {
		assertSaid(NoHandler.class, "Implement one of the two", "implements neither CallbackHandler");
	}

	@Test
	@DisplayName("G32 a @Bean method that returns no handler fails at start-up")
	void shouldRefuseABeanMethodThatReturnsNoHandler() {
		FailureAnalysis analysis = Applications
			.failure(this.contextRunner.withUserConfiguration(ObjectConfiguration.class));
		assertThat(analysis.getDescription()).contains("bean 'something'", "not a handler");
		assertThat(analysis.getAction()).contains("return type");
	}

	@Test
	@DisplayName("D11 G16 G32 INLINE on a prototype fails at start-up, whether a class, a method or a property says so")
	void shouldRefuseInlinePrototypes() {
		assertSaid(InlinePrototype.class, "Choose another delivery", "is a prototype with delivery INLINE");
		assertSaid(InlineMethodOfPrototype.class, "'callbacks.handlers.bean-handle.delivery'", "'handle'",
				"is a prototype with delivery INLINE");
		FailureAnalysis analysis = Applications.failure(this.contextRunner.withBean("plain", PlainPrototype.class)
			.withPropertyValues("callbacks.handlers.plain.delivery=inline"));
		assertThat(analysis.getDescription()).contains("bean 'plain'", "is a prototype with delivery INLINE");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	@DisplayName("F4 a handler bean without annotation is warned of, with both ways out, unless a property says not to")
	void shouldWarnOfUnannotatedHandlers(CapturedOutput output) {
		ApplicationContextRunner runner = this.contextRunner.withBean("plain", Unannotated.class, Unannotated::new)
			.withBean("reactive", AsyncCallbackHandler.class,
					() -> AsyncCallbackHandler.on(LlmEnd.class, (end) -> Mono.empty()))
			.withBean("annotated", WithAnnotation.class, WithAnnotation::new);
		runner.withPropertyValues("callbacks.warn-unannotated-handlers=false")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("not annotated");
		runner.run((context) -> assertThat(Applications.handlers(context)).containsExactly("annotated"));
		assertThat(output).contains("The bean 'plain' of " + Unannotated.class.getName()
				+ " is a CallbackHandler but is "
				+ "not annotated with @LlmCallback, so it receives no events of the application. Annotate its class or its "
				+ "@Bean method. If it is passed to clients or calls with callbacks(...) instead, set "
				+ "'callbacks.warn-unannotated-handlers' to false.");
		assertThat(output.getAll().split("not annotated with", -1)).as("one line for each of the two").hasSize(3);
		assertThat(output).contains("The bean 'reactive'", "is an AsyncCallbackHandler");
	}

	@Test
	@DisplayName("G32 a handler method with a wrong parameter fails at start-up")
	void shouldRefuseWrongParameters() {
		assertSaid(NoParameter.class, "LlmEnd", "'handle'", "one parameter");
		assertSaid(WrongParameter.class, "LlmEnd", "'handle'", "one parameter");
		assertSaid(TwoParameters.class, "LlmEnd", "'handle'", "one parameter");
	}

	@Test
	@DisplayName("G32 a handler method with a wrong return type fails at start-up")
	void shouldRefuseWrongReturnTypes() {
		assertSaid(WrongReturn.class, "Mono<Void>", "'handle'", "'String'");
	}

	@Test
	@DisplayName("G32 a static handler method fails at start-up")
	void shouldRefuseStaticMethods() {
		assertSaid(StaticMethod.class, "instance method", "'handle'", "static");
	}

	@Test
	@DisplayName("G32 a handler with @Async fails at start-up")
	void shouldRefuseAsync() {
		assertSaid(AsyncMethod.class, "Remove @Async", "'handle'", "is @Async");
		assertSaid(AsyncClass.class, "Remove @Async", "'handle'", "is @Async");
		assertSaid(AsyncHandler.class, "Remove @Async", "is @Async");
	}

	@Test
	@DisplayName("G32 handlers of one name fail at start-up")
	void shouldRefuseDuplicateNames() {
		assertSaid(Overloads.class, "name of its own", "'bean-handle'", "Two handlers");
		FailureAnalysis analysis = Applications
			.failure(this.contextRunner.withBean("tokenPrinter", Log.class).withBean("token-printer", Log.class));
		assertThat(analysis.getDescription()).contains("bean 'tokenPrinter'", "bean 'token-printer'");
	}

	@Test
	@DisplayName("G32 an unknown executor fails at start-up")
	void shouldRefuseAnUnknownExecutor() {
		assertSaid(UnknownExecutor.class, "applicationTaskExecutor", "no TaskExecutor bean named 'nobody'");
	}

	@Test
	@DisplayName("G8 a handler's SyncTaskExecutor fails at start-up")
	void shouldRefuseASyncTaskExecutorOfAHandler() {
		FailureAnalysis analysis = Applications
			.failure(this.contextRunner.withBean("nobody", TaskExecutor.class, SyncTaskExecutor::new)
				.withBean("bean", UnknownExecutor.class));
		assertThat(analysis.getDescription()).contains("bean 'bean'", "'nobody' is a SyncTaskExecutor");
		assertThat(analysis.getAction()).contains("threads of its own");
	}

	@Test
	@DisplayName("G16 INLINE with a timeout or with SERIAL fails at start-up")
	void shouldRefuseImpossibleSettings() {
		assertSaid(InlineTimeout.class, "callbacks.handlers.bean.*", "'delivery = INLINE' takes no 'timeout'");
		assertSaid(InlineSerial.class, "callbacks.handlers.bean.*", "'delivery = INLINE' cannot be SERIAL");
	}

	@Test
	@DisplayName("G32 an annotation with an invalid text fails at start-up")
	void shouldRefuseInvalidTexts() {
		assertSaid(InvalidTimeout.class, "annotation", "soon");
		assertSaid(UnknownPlaceholder.class, "annotation", "no.such.property");
	}

	private void assertSaid(Class<?> type, String action, String... description) {
		FailureAnalysis analysis = Applications.failure(this.contextRunner.withBean("bean", type));
		assertThat(analysis.getDescription()).contains("bean 'bean'", type.getName()).contains(description);
		assertThat(analysis.getAction()).contains(action);
	}

	@LlmCallback
	static class NoHandler {

	}

	@Configuration(proxyBeanMethods = false)
	static class ObjectConfiguration {

		@Bean
		@LlmCallback
		Object something() {
			return "something";
		}

	}

	@LlmCallback(delivery = Delivery.INLINE)
	@Scope("prototype")
	static class InlinePrototype implements CallbackHandler {

	}

	@LlmCallback
	@Scope("prototype")
	static class PlainPrototype implements CallbackHandler {

	}

	@Scope("prototype")
	static class InlineMethodOfPrototype {

		@LlmCallback(delivery = Delivery.INLINE)
		void handle(LlmEnd event) {
		}

	}

	static class Unannotated implements CallbackHandler {

	}

	@LlmCallback
	static class WithAnnotation implements CallbackHandler {

	}

	static class NoParameter {

		@LlmCallback
		void handle() {
		}

	}

	static class WrongParameter {

		@LlmCallback
		void handle(String event) {
		}

	}

	static class TwoParameters {

		@LlmCallback
		void handle(LlmEnd event, String other) {
		}

	}

	static class WrongReturn {

		@LlmCallback
		String handle(LlmEnd event) {
			return "";
		}

	}

	static class StaticMethod {

		@LlmCallback
		static void handle(LlmEnd event) {
		}

	}

	static class AsyncMethod {

		@Async
		@LlmCallback
		void handle(LlmEnd event) {
		}

	}

	@Async
	static class AsyncClass {

		@LlmCallback
		CompletableFuture<Void> handle(LlmEnd event) {
			return CompletableFuture.completedFuture(null);
		}

	}

	@LlmCallback
	static class AsyncHandler implements CallbackHandler {

		@Async
		@Override
		public void onLlmEnd(LlmEnd event) {
		}

	}

	static class Overloads {

		@LlmCallback
		void handle(LlmEnd event) {
		}

		@LlmCallback
		void handle(LlmError event) {
		}

	}

	@LlmCallback
	static class Log implements CallbackHandler {

	}

	@LlmCallback(executor = "nobody")
	static class UnknownExecutor implements CallbackHandler {

	}

	@LlmCallback(delivery = Delivery.INLINE, timeout = "1s")
	static class InlineTimeout implements CallbackHandler {

	}

	@LlmCallback(delivery = Delivery.INLINE, concurrency = Concurrency.SERIAL)
	static class InlineSerial implements CallbackHandler {

	}

	@LlmCallback(timeout = "soon")
	static class InvalidTimeout implements CallbackHandler {

	}

	@LlmCallback(tags = "${no.such.property}")
	static class UnknownPlaceholder implements CallbackHandler {

	}

}
