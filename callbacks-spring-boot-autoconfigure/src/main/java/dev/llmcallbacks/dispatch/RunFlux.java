package dev.llmcallbacks.dispatch;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Items of a run's work, each subscription being a run of its own.
 *
 * @param <T> the type of item
 */
final class RunFlux<T> extends Flux<T> implements Scannable {

	private final RunSpec spec;

	private final Function<CoreSubscriber<? super T>, Runnable> open;

	private RunFlux(RunSpec spec, Function<CoreSubscriber<? super T>, Runnable> open) {
		this.spec = spec;
		this.open = open;
	}

	/**
	 * Create the items of a run.
	 * @param <T> the type of item
	 * @param spec the specification of the run
	 * @param open opens the run for a subscriber; what it returns begins it
	 * @return the items
	 */
	static <T> Flux<T> of(RunSpec spec, Function<CoreSubscriber<? super T>, Runnable> open) {
		return onAssembly(new RunFlux<>(spec, open));
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> actual) {
		Runnable begin;
		try {
			begin = this.open.apply(actual);
		}
		catch (Throwable ex) {
			Operators.error(actual, ex);
			Exceptions.throwIfJvmFatal(ex);
			return;
		}
		begin.run();
	}

	@Override
	public @Nullable Object scanUnsafe(Attr key) {
		if (key == Attr.NAME) {
			return this.spec.name();
		}
		return (key == Attr.RUN_STYLE) ? Attr.RunStyle.ASYNC : null;
	}

	@Override
	public String stepName() {
		return "run(" + this.spec.type() + " '" + this.spec.name() + "')";
	}

}
