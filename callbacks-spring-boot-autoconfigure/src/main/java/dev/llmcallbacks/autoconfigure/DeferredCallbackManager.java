package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.SmartInitializingSingleton;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.ActiveRun;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.HandlerStatistics;
import dev.llmcallbacks.dispatch.RunEvents;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.run.Run;

/**
 * The application's {@link CallbackManager}: made when all singletons are there, so that
 * handlers are known by what they have become, proxies and all, and none is created for
 * the sake of looking at it; or by the first run, should there be one before.
 */
final class DeferredCallbackManager implements CallbackManager, SmartInitializingSingleton {

	private final Supplier<CallbackManager> factory;

	private final AtomicReference<@Nullable CallbackManager> manager = new AtomicReference<>();

	DeferredCallbackManager(Supplier<CallbackManager> factory) {
		this.factory = factory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		manager();
	}

	@Override
	public <T> Flux<T> run(RunSpec spec, RunEvents<T> events, Function<ActiveRun, ? extends Publisher<T>> work) {
		return Flux.defer(() -> manager().run(spec, events, work));
	}

	@Override
	public List<HandlerStatistics> statistics() {
		return manager().statistics();
	}

	@Override
	public Mono<Void> shutdown(Duration finish, Duration drain) {
		return Mono.defer(() -> manager().shutdown(finish, drain));
	}

	@Override
	public <T> Mono<T> call(Callable<? extends T> work) {
		return Mono.defer(() -> manager().call(work));
	}

	@Override
	public Mono<Void> emit(Function<Run, CallbackEvent> event) {
		return Mono.defer(() -> manager().emit(event));
	}

	private CallbackManager manager() {
		// No lock here: the factory asks the bean factory, which has one of its own
		CallbackManager existing = this.manager.get();
		if (existing != null) {
			return existing;
		}
		CallbackManager created = this.factory.get();
		CallbackManager other = this.manager.compareAndExchange(null, created);
		return (other != null) ? other : created;
	}

}
