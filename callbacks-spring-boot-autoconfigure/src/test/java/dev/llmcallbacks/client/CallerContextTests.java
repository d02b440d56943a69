package dev.llmcallbacks.client;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The parent of a call that begins in blocking code, however it is subscribed to.
 */
@ParameterizedClass(name = "automatic context propagation: {0}")
@ValueSource(booleans = { false, true })
class CallerContextTests {

	private final boolean automatic;

	private final EventRecorder log = new EventRecorder();

	CallerContextTests(boolean automatic) {
		this.automatic = automatic;
	}

	@BeforeEach
	void setUp() {
		if (this.automatic) {
			Hooks.enableAutomaticContextPropagation();
		}
	}

	@AfterEach
	void tearDown() {
		Hooks.disableAutomaticContextPropagation();
	}

	static Stream<Arguments> subscriptions() {
		return Stream.of(named("text().toFuture()", (client) -> client.prompt("Hi").text().toFuture().join()),
				named("result().toFuture()", (client) -> client.prompt("Hi").result().toFuture().join()),
				named("generate().toFuture()",
						(client) -> client.generate(List.of(List.of(new HumanMessage("Hi")))).toFuture().join()),
				named("text().subscribe()", (client) -> subscribe(client.prompt("Hi").text())),
				named("content().subscribe()", (client) -> subscribe(client.prompt("Hi").content())),
				named("stream().subscribe()", (client) -> subscribe(client.prompt("Hi").stream())),
				named("content().blockLast()", (client) -> client.prompt("Hi").content().blockLast()));
	}

	private static Arguments named(String name, Consumer<ChatClient> subscription) {
		return Arguments.of(name, subscription);
	}

	private static void subscribe(Publisher<?> call) {
		CountDownLatch ended = new CountDownLatch(1);
		Flux.from(call).doFinally((signal) -> ended.countDown()).subscribe();
		try {
			assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("subscriptions")
	@DisplayName("G22 a call in blocking code is a child of the run around it, however it is subscribed to")
	void shouldFindTheRunOfTheCaller(String name, Consumer<ChatClient> subscription) {
		ChatClient client = ChatClient.builder(ScriptedChatModel.of("a", "b")).build();
		Chain.<String, String>of("outer", (input) -> {
			subscription.accept(client);
			return input;
		}).withOptions(RunOptions.builder().callbacks(this.log).build()).invoke("in").block(Duration.ofSeconds(10));
		UUID outer = this.log.events(ChainStart.class).get(0).run().id();
		assertThat(this.log.events(ChatModelStart.class)).singleElement()
			.satisfies((start) -> assertThat(start.run().parentId()).isEqualTo(outer));
	}

}
