package dev.llmcallbacks.propagation;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.chain.Trace;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every test of a hop needs: a run {@code outer} with a handler and a tag, a client
 * that knows neither, and Reactor's automatic context propagation switched on or off. A
 * call of the model has made the hop when it is a run inside {@code outer} that the
 * handler has heard of.
 */
abstract class Hops {

	static final Duration TIMEOUT = Duration.ofSeconds(20);

	final Trace trace = new Trace();

	final ChatClient client = ChatClient.builder(ScriptedChatModel.of("Hi")).build();

	@Parameter
	boolean automatic;

	@BeforeEach
	void set() {
		if (this.automatic) {
			Hooks.enableAutomaticContextPropagation();
		}
	}

	@AfterEach
	void restore() {
		Hooks.disableAutomaticContextPropagation();
		assertThat(CurrentRun.get()).as("the test's own thread after the test").isEmpty();
	}

	Mono<String> ask() {
		return this.client.prompt("Hello").runName("ask").text();
	}

	String askBlocking() {
		return Objects.requireNonNull(ask().block(TIMEOUT));
	}

	RunOptions heard() {
		return RunOptions.builder().callbacks(this.trace.handler()).tags("inherited").metadata("key", "value").build();
	}

	/**
	 * Do something inside the run {@code outer}.
	 * @param step a step of a chain: on a thread that may block if it returns a value
	 */
	void inside(Function<String, ?> step) {
		Chain.<String, Object>of("outer", step).withOptions(heard()).invoke("x").block(TIMEOUT);
	}

	void shouldHaveAskedInside(int times) {
		Await.until(() -> this.trace.runs("ask").size() >= times);
		this.trace.awaitEnd();
		assertThat(this.trace.runs("ask")).hasSize(times).allSatisfy((run) -> {
			assertThat(run.tags()).containsExactly("inherited");
			assertThat(run.metadata()).containsEntry("key", "value");
		});
		this.trace.shouldBeInside("ask", "outer");
		this.trace.shouldBeRoot("outer");
	}

}
