package dev.llmcallbacks.callback;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Internal to the library: what a function or method of the application returned, as a
 * stream. A {@code Mono}, a {@code Flux}, a {@code CompletionStage} and every other type
 * that {@link ReactiveAdapterRegistry} knows is subscribed to; anything else is the only
 * item of the stream. Chains, tools, retrievers and handler methods share this rule.
 *
 * @param items the items. Whatever is thrown while they are subscribed to or requested,
 * fatal errors included, is an error signal; cancelling cancels a
 * {@code CompletableFuture}, too
 * @param multiple whether the type of the value stands for any number of items
 */
public record ReturnedValue(Flux<?> items, boolean multiple) {

	/**
	 * Return the stream of a value.
	 * @param value what the application's code returned; {@code null} is no item
	 * @return the stream
	 */
	public static ReturnedValue of(@Nullable Object value) {
		if (value == null) {
			return new ReturnedValue(Flux.empty(), false);
		}
		if (value instanceof CompletableFuture<?> future) {
			return new ReturnedValue(Mono.fromFuture(future).flux(), false);
		}
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, value);
		return (adapter != null)
				? new ReturnedValue(new ErrorSignalFlux<>(adapter.toPublisher(value)), adapter.isMultiValue())
				: new ReturnedValue(Flux.just(value), false);
	}

	/**
	 * Whether values of a type are subscribed to.
	 * @param type the declared type of what is returned
	 * @return whether {@link ReactiveAdapterRegistry} knows the type
	 */
	public static boolean isReactive(Class<?> type) {
		return ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null;
	}

	/**
	 * Call code in place, on the subscribing thread.
	 * @param <T> the type of value
	 * @param code the code, which must not block
	 * @return what the code returns, nothing if that is {@code null}. Fails with whatever
	 * it throws, fatal errors included
	 */
	public static <T> Mono<T> call(Callable<? extends @Nullable T> code) {
		return Mono.defer(() -> {
			try {
				return Mono.justOrEmpty(code.call());
			}
			catch (Throwable ex) {
				return Mono.error(ex);
			}
		});
	}

	/**
	 * Return a stream whose failures are error signals.
	 * @param <T> the type of item
	 * @param publisher the stream
	 * @return the items. Whatever the publisher throws while it is subscribed to or
	 * requested from, fatal errors included, is an error signal
	 */
	public static <T> Flux<T> guarded(Publisher<? extends T> publisher) {
		return new ErrorSignalFlux<>(publisher);
	}

}
