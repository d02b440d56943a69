package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunFilter}.
 */
@ExtendWith(OutputCaptureExtension.class)
class RunFilterTests {

	private static final Duration TIMEOUT = Await.TIMEOUT;

	private final List<String> order = new CopyOnWriteArrayList<>();

	private CallbackManager manager(RunFilter... filters) {
		return CallbackManager.builder()
			.handlers(AsyncCallbackHandler.on(CallbackEvent.class, (event) -> note(event.getClass().getSimpleName())))
			.filters(List.of(filters))
			.build();
	}

	private Mono<Void> note(String what) {
		return Mono.deferContextual((context) -> {
			this.order.add(what + context.getOrDefault("added", ""));
			return Mono.empty();
		});
	}

	@Test
	@DisplayName("what a filter adds to the Reactor Context is present for the work and for its handlers")
	void shouldBeCurrentForTheWorkAndItsHandlers() {
		manager(new Recording("A"), new Recording("B")).run("run", "in", note("work")).block(TIMEOUT);
		assertThat(this.order).containsExactly("open A", "open B", "ChainStart AB", "work AB", "close B ChainEnd",
				"close A ChainEnd", "ChainEnd AB");
	}

	@Test
	@DisplayName("G2 a filter is closed once, before any handler hears of the end, also when the subscriber leaves")
	void shouldBeClosedWhenTheSubscriberLeaves() {
		manager(new Recording("A")).run("run", "in", Flux.never()).subscribe().dispose();
		assertThat(this.order).containsExactly("open A", "ChainStart A", "close A ChainCancel", "ChainCancel A");
	}

	@Test
	@DisplayName("G13 a filter that fails is logged, and neither the run nor the other filters know of it")
	void shouldGoOnWithoutAFilterThatFails(CapturedOutput output) {
		RunFilter refusing = (start, context) -> {
			throw new IllegalStateException("no luck at the start");
		};
		RunFilter.Scope broken = new RunFilter.Scope() {

			@Override
			public Context context() {
				return Context.empty();
			}

			@Override
			public void close(RunEnd end) {
				throw new IllegalStateException("no luck at the end");
			}

		};
		manager(new Recording("A"), refusing, (start, context) -> broken).run("run", "in", note("work")).block(TIMEOUT);
		assertThat(this.order).containsExactly("open A", "ChainStart", "work", "close A ChainEnd", "ChainEnd");
		assertThat(output).containsOnlyOnce("no luck at the start").containsOnlyOnce("no luck at the end");
	}

	private final class Recording implements RunFilter {

		private final String name;

		Recording(String name) {
			this.name = name;
		}

		@Override
		public Scope open(RunStart start, Context context) {
			RunFilterTests.this.order.add("open " + this.name);
			return new Scope() {

				@Override
				public Context context() {
					return context.put("added", context.getOrDefault("added", " ") + Recording.this.name);
				}

				@Override
				public void close(RunEnd end) {
					RunFilterTests.this.order
						.add("close " + Recording.this.name + " " + end.getClass().getSimpleName());
				}

			};
		}

	}

}
