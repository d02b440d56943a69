package dev.llmcallbacks.feed;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.test.ScriptedChatModel;

/**
 * A model whose answer a test emits by hand, and what followers of it receive.
 */
final class Answers {

	static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final Sinks.Many<ChatChunk> sink = Sinks.many().unicast().onBackpressureBuffer();

	private final AtomicInteger subscriptions = new AtomicInteger();

	private final AtomicInteger cancellations = new AtomicInteger();

	private final CallbackManager manager = CallbackManager.builder().build();

	private final ChatClient client = ChatClient.builder(new ScriptedChatModel(this::chunks))
		.callbackManager(this.manager)
		.build();

	private Flux<ChatChunk> chunks(ChatRequest request) {
		return this.sink.asFlux()
			.doOnSubscribe((subscription) -> this.subscriptions.incrementAndGet())
			.doOnCancel(this.cancellations::incrementAndGet);
	}

	/** Return a client of another model that answers at once. */
	static ChatClient clientOf(String... tokens) {
		return ChatClient.builder(ScriptedChatModel.of(tokens)).build();
	}

	ChatClient client() {
		return this.client;
	}

	CallbackManager manager() {
		return this.manager;
	}

	int subscriptions() {
		return this.subscriptions.get();
	}

	int cancellations() {
		return this.cancellations.get();
	}

	void token(String text) {
		this.sink.emitNext(ChatChunk.text(text), Sinks.EmitFailureHandler.FAIL_FAST);
	}

	/** Emit {@code <0>}, {@code <1>} and so on. */
	void tokens(int from, int to) {
		IntStream.range(from, to).forEach((index) -> token("<" + index + ">"));
	}

	static String text(int to) {
		return IntStream.range(0, to).mapToObj((index) -> "<" + index + ">").collect(Collectors.joining());
	}

	void complete() {
		this.sink.tryEmitComplete();
	}

	void fail(Throwable error) {
		this.sink.tryEmitError(error);
	}

	static void await(String what, BooleanSupplier condition) {
		Awaitility.await(what).atMost(TIMEOUT).pollInterval(Duration.ofMillis(5)).until(condition::getAsBoolean);
	}

	static List<ServerSentEvent<String>> all(Flux<ServerSentEvent<String>> events) {
		return withoutComments(events).collectList().block(TIMEOUT);
	}

	static Flux<ServerSentEvent<String>> withoutComments(Flux<ServerSentEvent<String>> events) {
		return events.filter((event) -> event.data() != null);
	}

	/** Return events as {@code 1:token:{…}}. */
	static List<String> lines(List<ServerSentEvent<String>> events) {
		return events.stream().map((event) -> event.id() + ":" + event.event() + ":" + event.data()).toList();
	}

	/** Return the text that a page shows after these events. */
	static String shown(List<ServerSentEvent<String>> events) {
		StringBuilder text = new StringBuilder();
		for (ServerSentEvent<String> event : events) {
			if ("reset".equals(event.event())) {
				text.setLength(0);
			}
			if ("token".equals(event.event()) || "reset".equals(event.event())) {
				String data = event.data();
				text.append(data, data.indexOf(":\"") + 2, data.lastIndexOf('"'));
			}
		}
		return text.toString();
	}

}
