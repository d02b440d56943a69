package dev.llmcallbacks.dispatch;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Outlet}.
 */
class OutletTests {

	private final List<String> told = new ArrayList<>();

	private final Outlet<String> outlet = new Outlet<>(new Recorder(), null, () -> null);

	@Test
	void shouldTellTheEndAtOnceWhenNobodyIsBusy() {
		this.outlet.enter();
		this.outlet.tell("item");
		this.outlet.leave();
		this.outlet.end();
		assertThat(this.told).containsExactly("item", "complete");
	}

	@Test
	void shouldTellTheEndWhenTheSubscriberIsBusyNoMore() {
		this.outlet.enter();
		this.outlet.end();
		this.outlet.tell("item");
		assertThat(this.told).containsExactly("item");
		this.outlet.leave();
		assertThat(this.told).containsExactly("item", "complete");
	}

	@Test
	void shouldTellTheEndOnceToOneWhoComesTooLate() {
		this.outlet.end();
		this.outlet.enter();
		this.outlet.leave();
		assertThat(this.told).containsExactly("complete");
	}

	@Test
	void shouldTellTheEndOnceToOneWhoWasBusyAndComesAgain() {
		this.outlet.enter();
		this.outlet.end();
		this.outlet.leave();
		this.outlet.enter();
		this.outlet.leave();
		assertThat(this.told).containsExactly("complete");
	}

	@Test
	void shouldTellTheFailure() {
		Outlet<String> failing = new Outlet<>(new Recorder(), null, () -> new IllegalStateException("failure"));
		failing.end();
		assertThat(this.told).containsExactly("failure");
	}

	@Test
	void shouldTellNoEndToOneWhoHasCancelled() {
		this.outlet.cancelled();
		this.outlet.end();
		assertThat(this.told).isEmpty();
	}

	private final class Recorder implements CoreSubscriber<String> {

		@Override
		public void onSubscribe(Subscription subscription) {
			OutletTests.this.told.add("subscription");
		}

		@Override
		public void onNext(String value) {
			OutletTests.this.told.add(value);
		}

		@Override
		public void onComplete() {
			OutletTests.this.told.add("complete");
		}

		@Override
		public void onError(Throwable throwable) {
			OutletTests.this.told.add(throwable.getMessage());
		}

	}

}
