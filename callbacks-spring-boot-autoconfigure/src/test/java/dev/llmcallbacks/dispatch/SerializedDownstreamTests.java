package dev.llmcallbacks.dispatch;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SerializedDownstream}.
 */
class SerializedDownstreamTests {

	private final List<String> told = new ArrayList<>();

	private final SerializedDownstream<String> downstream = new SerializedDownstream<>(new Recorder(), null,
			() -> null);

	@Test
	void shouldTellTheEndAtOnceWhenNobodyIsBusy() {
		this.downstream.enter();
		this.downstream.onNext("item");
		this.downstream.leave();
		this.downstream.end();
		assertThat(this.told).containsExactly("item", "complete");
	}

	@Test
	void shouldTellTheEndWhenTheSubscriberIsBusyNoMore() {
		this.downstream.enter();
		this.downstream.end();
		this.downstream.onNext("item");
		assertThat(this.told).containsExactly("item");
		this.downstream.leave();
		assertThat(this.told).containsExactly("item", "complete");
	}

	@Test
	void shouldTellTheEndOnceToOneWhoComesTooLate() {
		this.downstream.end();
		this.downstream.enter();
		this.downstream.leave();
		assertThat(this.told).containsExactly("complete");
	}

	@Test
	void shouldTellTheEndOnceToOneWhoWasBusyAndComesAgain() {
		this.downstream.enter();
		this.downstream.end();
		this.downstream.leave();
		this.downstream.enter();
		this.downstream.leave();
		assertThat(this.told).containsExactly("complete");
	}

	@Test
	void shouldTellTheFailure() {
		SerializedDownstream<String> failing = new SerializedDownstream<>(new Recorder(), null,
				() -> new IllegalStateException("failure"));
		failing.end();
		assertThat(this.told).containsExactly("failure");
	}

	@Test
	void shouldTellNoEndToOneWhoHasCancelled() {
		this.downstream.cancel();
		this.downstream.end();
		assertThat(this.told).isEmpty();
	}

	private final class Recorder implements CoreSubscriber<String> {

		@Override
		public void onSubscribe(Subscription subscription) {
			SerializedDownstreamTests.this.told.add("subscription");
		}

		@Override
		public void onNext(String value) {
			SerializedDownstreamTests.this.told.add(value);
		}

		@Override
		public void onComplete() {
			SerializedDownstreamTests.this.told.add("complete");
		}

		@Override
		public void onError(Throwable throwable) {
			SerializedDownstreamTests.this.told.add(throwable.getMessage());
		}

	}

}
