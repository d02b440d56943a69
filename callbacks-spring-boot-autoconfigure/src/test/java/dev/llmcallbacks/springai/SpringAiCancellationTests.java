package dev.llmcallbacks.springai;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.context.ApplicationContext;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for calls of Spring AI's real clients that are cancelled before their first
 * token: the runs end at once, and the connection is closed as soon as the client lets it
 * be.
 */
class SpringAiCancellationTests {

	private final ScriptedChatModel script = new ScriptedChatModel();

	private final ScriptedProvider server = ScriptedProvider.start(this.script);

	private final Sinks.Empty<Void> answered = Sinks.empty();

	@AfterEach
	void stop() {
		this.server.close();
	}

	/** Let the server begin its response, and send no token until it is told to. */
	private void begin() {
		// a client of another test may still read until its server has gone
		Awaitility.await()
			.atMost(SpringAiApplications.TIMEOUT)
			.until(() -> !isAnyThread(SpringAiCancellationTests::isReading));
		this.script.answer((request) -> Flux.just(ChatChunk.text(""))
			.concatWith(this.answered.asMono().thenMany(Flux.just(ChatChunk.text("Why "))))
			.concatWith(Flux.never()));
	}

	/** Cancel, which must not wait for the provider. */
	private static void cancel(Disposable call) {
		assertThat(CompletableFuture.runAsync(call::dispose)).succeedsWithin(Duration.ofSeconds(20));
	}

	/** Let the server keep the request until it is told to answer, and then go on. */
	private void keep() {
		this.script.answer(ScriptedAnswer.tokens("Why ").after(this.answered.asMono()).then(ScriptedAnswer.silence()));
	}

	private void awaitRequest() {
		Awaitility.await().atMost(SpringAiApplications.TIMEOUT).until(() -> !this.script.calls().isEmpty());
	}

	/** Wait until the client reads the response, which has no token. */
	private void awaitResponse() {
		awaitRequest();
		Awaitility.await()
			.atMost(SpringAiApplications.TIMEOUT)
			.until(() -> isAnyThread(SpringAiCancellationTests::isReading));
	}

	private static boolean isAnyThread(Predicate<StackTraceElement[]> state) {
		return Thread.getAllStackTraces().values().stream().anyMatch(state);
	}

	private static boolean isReading(StackTraceElement[] stack) {
		return Arrays.stream(stack).anyMatch((frame) -> frame.getClassName().contains(".core.handlers.SseHandler"));
	}

	/**
	 * Wait until the client's thread waits for the response, which it cannot be woken
	 * from.
	 */
	private void awaitBlockedClient() {
		awaitRequest();
		Awaitility.await()
			.atMost(SpringAiApplications.TIMEOUT)
			.until(() -> isAnyThread((stack) -> isIn(stack, "sun.nio.ch.NioSocketImpl") && isIn(stack, "okhttp3.")));
	}

	private static boolean isIn(StackTraceElement[] stack, String classes) {
		return Arrays.stream(stack).anyMatch((frame) -> frame.getClassName().startsWith(classes));
	}

	private void awaitClosed() {
		Awaitility.await()
			.atMost(SpringAiApplications.TIMEOUT)
			.until(() -> this.script.calls().get(0).outcome() == Outcome.CANCELLED);
	}

	private void verifyClient(SpringAiApplications kind,
			Function<dev.llmcallbacks.client.ChatClient.PromptSpec, Publisher<String>> answer, Runnable await) {
		EventRecorder recorder = new EventRecorder(SpringAiApplications.TIMEOUT);
		dev.llmcallbacks.client.ChatClient client = dev.llmcallbacks.client.ChatClient
			.builder(new SpringAiChatModel(kind.model(this.server)))
			.callbackManager(CallbackManager.builder().handlers(recorder).build())
			.build();
		Disposable call = Flux.from(answer.apply(client.prompt("Hi"))).subscribe();
		await.run();
		cancel(call);
		recorder.assertThat().run().endedWith(Outcome.CANCELLED);
		this.answered.tryEmitEmpty();
	}

	private void verifyStream(SpringAiApplications kind, Function<ApplicationContext, Flux<?>> stream) {
		kind.with(this.server).withPropertyValues("callbacks.spring-ai.final-models=replace").run((context) -> {
			EventRecorder recorder = context.getBean(EventRecorder.class);
			Disposable call = stream.apply(context).subscribe();
			awaitRequest();
			awaitResponse();
			cancel(call);
			recorder.await();
			assertThat(recorder.events(LlmCancel.class)).singleElement()
				.satisfies((end) -> assertThat(end.result().text()).isEmpty());
			this.answered.tryEmitEmpty();
			awaitClosed();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "OPENAI_STREAMED", "ANTHROPIC_STREAMED" })
	@DisplayName("G2 G38 a cancelled stream of Spring AI's client ends at once, and its connection with the next event")
	void shouldCloseTheConnectionOfAClient(SpringAiApplications kind) {
		begin();
		verifyStream(kind, (context) -> context.getBean(ChatClient.class).prompt("Hi").stream().content());
	}

	@ParameterizedTest
	@EnumSource(names = { "OPENAI_STREAMED", "ANTHROPIC_STREAMED" })
	@DisplayName("G2 G38 a cancelled stream of a model ends at once, and its connection with the next event")
	void shouldCloseTheConnectionOfAModel(SpringAiApplications kind) {
		begin();
		verifyStream(kind, (context) -> context.getBean(ChatModel.class).stream(new Prompt("Hi")));
	}

	@ParameterizedTest
	@EnumSource(names = { "OPENAI_STREAMED", "ANTHROPIC_STREAMED" })
	@DisplayName("G2 G38 this library's client on Spring AI's model ends at once, and its connection with the next event")
	void shouldCloseTheConnectionOfThisLibrarysClient(SpringAiApplications kind) {
		begin();
		verifyClient(kind, (prompt) -> prompt.content(), this::awaitResponse);
		awaitClosed();
	}

	@ParameterizedTest
	@EnumSource(names = { "OPENAI_STREAMED", "ANTHROPIC_STREAMED" })
	@DisplayName("G2 G38 a stream that is cancelled before the response ends at once, its connection with the response")
	void shouldCloseTheConnectionWithTheResponse(SpringAiApplications kind) {
		keep();
		kind.with(this.server).run((context) -> {
			EventRecorder recorder = context.getBean(EventRecorder.class);
			CompletableFuture<?> answer = context.getBean(ChatClient.class)
				.prompt("Hi")
				.stream()
				.content()
				.collectList()
				.toFuture();
			awaitRequest();
			cancel(context);
			assertThat(catchThrowable(() -> answer.get(30, TimeUnit.SECONDS)))
				.isInstanceOf(CancellationException.class);
			recorder.await();
			assertThat(recorder.eventNames()).endsWith("LlmCancel", "ChainCancel");
			this.answered.tryEmitEmpty();
			if (kind.isOpenAi()) {
				awaitClosed();
			}
		});
	}

	private static void cancel(ApplicationContext context) {
		CallbackManager manager = context.getBean(CallbackManager.class);
		manager.cancel(manager.openRuns().get(0).id());
	}

	@ParameterizedTest
	@EnumSource(names = { "OPENAI_STREAMED", "ANTHROPIC_STREAMED" })
	@DisplayName("G2 G38 this library's client ends at once before the response, and the connection with the response")
	void shouldCloseTheConnectionOfThisLibrarysClientWithTheResponse(SpringAiApplications kind) {
		keep();
		verifyClient(kind, (prompt) -> prompt.content(), this::awaitRequest);
		if (kind.isOpenAi()) {
			awaitClosed();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "OPENAI_WHOLE", "ANTHROPIC_WHOLE" })
	@DisplayName("G2 G3 G38 a cancelled blocking call ends its runs at once, and fails when the client returns")
	void shouldFailABlockingCallWhenTheClientReturns(SpringAiApplications kind) {
		this.script.answer(ScriptedAnswer.tokens("Why ", "not?").after(this.answered.asMono()));
		kind.with(this.server).run((context) -> {
			EventRecorder recorder = context.getBean(EventRecorder.class);
			CompletableFuture<String> answer = CompletableFuture
				.supplyAsync(() -> context.getBean(ChatClient.class).prompt("Hi").call().content());
			awaitBlockedClient();
			cancel(context);
			recorder.await();
			assertThat(recorder.eventNames()).endsWith("LlmCancel", "ChainCancel");
			assertThat(answer).isNotDone();
			this.answered.tryEmitEmpty();
			assertThat(catchThrowable(() -> answer.get(30, TimeUnit.SECONDS)))
				.hasRootCauseInstanceOf(CancellationException.class);
			recorder.assertThat().hasEndedEachRunOnce();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "OPENAI_WHOLE", "ANTHROPIC_WHOLE" })
	@DisplayName("G2 G38 a whole call of this library's client on Spring AI's model ends at once")
	void shouldEndAWholeCallOfThisLibrarysClientAtOnce(SpringAiApplications kind) {
		this.script.answer(ScriptedAnswer.tokens("Why ", "not?").after(this.answered.asMono()));
		verifyClient(kind, (prompt) -> prompt.streaming(false).text(), this::awaitRequest);
	}

}
