package dev.llmcallbacks.benchmarks.load;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * Takes everything that a publisher has to give, as fast as it comes.
 *
 * @param <T> the type of item
 */
public final class Consumption<T> implements CoreSubscriber<T> {

	private static final Duration LIMIT = Duration.ofMinutes(5);

	private final Consumer<? super T> sink;

	private final CountDownLatch done = new CountDownLatch(1);

	// written by the publisher, read when it is done

	private long items;

	private @Nullable Throwable failure;

	private Consumption(Consumer<? super T> sink) {
		this.sink = sink;
	}

	/**
	 * Begin to take.
	 * @param <T> the type of item
	 * @param publisher what to subscribe to
	 * @param sink gets every item
	 * @return what is to be waited for
	 */
	public static <T> Consumption<T> begin(Publisher<? extends T> publisher, Consumer<? super T> sink) {
		Consumption<T> consumption = new Consumption<>(sink);
		publisher.subscribe(consumption);
		return consumption;
	}

	/**
	 * Wait until the publisher has completed.
	 * @return how many items it gave
	 * @throws IllegalStateException if it failed, or does not end
	 */
	public long await() {
		try {
			if (!this.done.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
				throw new IllegalStateException("No end within " + LIMIT);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		if (this.failure != null) {
			throw new IllegalStateException(this.failure);
		}
		return this.items;
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		subscription.request(Long.MAX_VALUE);
	}

	@Override
	public void onNext(T item) {
		this.items++;
		this.sink.accept(item);
	}

	@Override
	public void onError(Throwable throwable) {
		this.failure = throwable;
		this.done.countDown();
	}

	@Override
	public void onComplete() {
		this.done.countDown();
	}

}
