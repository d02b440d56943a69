package dev.llmcallbacks.langchain4j;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.langchain4j.service.TokenStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.OpenRun;

/**
 * Run of an AI service that returns a stream. It ends with the stream; if the application
 * never starts the stream and drops it, the run is cancelled.
 */
final class ServiceRun {

	private static final Cleaner CLEANER = Cleaner.create();

	private final OpenRun<Object> run;

	/** Whether the stream has been started, so that it ends by itself. */
	private final AtomicBoolean started = new AtomicBoolean();

	ServiceRun(OpenRun<Object> run) {
		this.run = run;
	}

	/**
	 * Let the run end with a stream. To be called inside the run.
	 * @param stream what the AI service has returned
	 * @return the stream to return to the application
	 */
	@Nullable Object around(@Nullable Object stream) {
		Object observed = stream;
		if (stream instanceof TokenStream tokens) {
			observed = new RunTokenStream(tokens, this, CurrentRun.inPlace());
		}
		else if (stream instanceof Flux<?> flux) {
			observed = observe(flux);
		}
		else {
			completed(stream);
		}
		if (observed != null && observed != stream) {
			CLEANER.register(observed, new Abandonment(this.run, this.started));
		}
		return observed;
	}

	private Flux<?> observe(Flux<?> flux) {
		return flux.doOnSubscribe((subscription) -> start())
			.doOnNext(this.run::accept)
			.doOnComplete(() -> completed(null))
			.onErrorResume((error) -> Flux.error(failed(error)))
			.doOnCancel(this.run::cancel);
	}

	/**
	 * The stream is started.
	 */
	void start() {
		this.started.set(true);
	}

	/**
	 * The stream has completed. Waits for handlers, and throws a
	 * {@link dev.llmcallbacks.dispatch.CallbackException} if one with {@code raiseError}
	 * has failed.
	 * @param result the result, or {@code null} if the items were the result
	 */
	void completed(@Nullable Object result) {
		if (result != null) {
			this.run.accept(result);
		}
		this.run.complete();
		this.run.awaitEnd();
	}

	/**
	 * The stream has failed. Waits for handlers.
	 * @param <E> the type of error
	 * @param error the error
	 * @return the error
	 */
	<E extends Throwable> E failed(E error) {
		Bridge.fail(this.run, error);
		return error;
	}

	/** Cancels the run of a stream that was dropped before it was started. */
	private static final class Abandonment implements Runnable {

		private final OpenRun<Object> abandoned;

		private final AtomicBoolean started;

		Abandonment(OpenRun<Object> abandoned, AtomicBoolean started) {
			this.abandoned = abandoned;
			this.started = started;
		}

		@Override
		public void run() {
			if (!this.started.get()) {
				this.abandoned.cancel();
			}
		}

	}

}
