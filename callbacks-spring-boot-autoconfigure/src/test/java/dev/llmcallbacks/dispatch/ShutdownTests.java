package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallbackManager#shutdown}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ShutdownTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final Duration SHORT = Duration.ofMillis(50);

	private final EventRecorder log = new EventRecorder();

	private final CallbackManager manager = CallbackManager.builder().handlers(this.log).build();

	private final Sinks.Many<ChatChunk> provider = Sinks.many().unicast().onBackpressureBuffer();

	private final ChatClient client = ChatClient.builder(new ScriptedChatModel((request) -> this.provider.asFlux()))
		.callbackManager(this.manager)
		.build();

	@Test
	@DisplayName("G20 no new root run starts when the application stops")
	void shouldRefuseNewRunsWhenShutDown() {
		StepVerifier.create(this.manager.shutdown(LONG, LONG)).expectComplete().verify(TIMEOUT);
		StepVerifier.create(this.client.prompt("Hi").result()).expectError(ShutdownException.class).verify(TIMEOUT);
		assertThat(this.log.events()).isEmpty();
	}

	@Test
	@DisplayName("G20 running runs may finish, and so may runs inside them")
	void shouldLetRunningRunsFinish() {
		AtomicReference<String> inner = new AtomicReference<>();
		ChatClient quick = ChatClient.builder(ScriptedChatModel.of("inner")).callbackManager(this.manager).build();
		Flux<String> work = this.client.prompt("Hi")
			.content()
			.concatWith(quick.prompt("Hi").content().doOnNext(inner::set));
		Mono<String> run = this.manager.run("outer", "in", work).last();
		AtomicReference<String> last = new AtomicReference<>();
		run.subscribe(last::set);
		awaitToken();
		Mono<Void> shutdown = this.manager.shutdown(LONG, LONG).cache();
		shutdown.subscribe();
		this.provider.tryEmitComplete();
		StepVerifier.create(shutdown).expectComplete().verify(TIMEOUT);
		assertThat(inner).hasValue("inner");
		assertThat(this.log.events(LlmEnd.class)).hasSize(2);
		assertThat(((DefaultCallbackManager) this.manager).registry().count()).isZero();
	}

	@Test
	@DisplayName("G20 runs that do not finish in time are cancelled, and their handlers hear of it")
	void shouldCancelRunsThatDoNotFinish(CapturedOutput output) {
		AtomicReference<Throwable> failure = new AtomicReference<>();
		CountDownLatch failed = new CountDownLatch(1);
		this.client.prompt("Hi").content().doFinally((signal) -> failed.countDown()).subscribe((token) -> {
		}, failure::set);
		awaitToken();
		StepVerifier.create(this.manager.shutdown(SHORT, LONG)).expectComplete().verify(TIMEOUT);
		assertThat(this.log.events(RunEnd.class)).hasSize(1);
		assertThat(this.log.events(LlmCancel.class).get(0).result().text()).isEqualTo("a");
		Await.zero(failed);
		assertThat(failure.get()).isInstanceOf(ShutdownException.class);
		assertThat(output)
			.containsOnlyOnce("Cancelling 1 run because the application is stopping: LLM 'ScriptedChatModel'");
	}

	@Test
	@DisplayName("G20 handlers that do not return in time are given up, with one line in the log")
	void shouldGiveUpHandlersThatDoNotReturn(CapturedOutput output) {
		Sinks.Empty<Void> never = Sinks.empty();
		AsyncCallbackHandler stuck = AsyncCallbackHandler.on(RunEnd.class, (end) -> never.asMono());
		this.client.prompt("Hi").callbacks(stuck).content().subscribe((token) -> {
		}, (ex) -> {
		});
		awaitToken();
		StepVerifier.create(this.manager.shutdown(SHORT, SHORT)).expectComplete().verify(TIMEOUT);
		assertThat(output).containsOnlyOnce("1 run was abandoned because the application is stopping");
		never.tryEmitEmpty();
	}

	private void awaitToken() {
		this.provider.tryEmitNext(ChatChunk.text("a"));
		Await.until("the token", () -> !this.log.events(LlmNewToken.class).isEmpty());
	}

}
