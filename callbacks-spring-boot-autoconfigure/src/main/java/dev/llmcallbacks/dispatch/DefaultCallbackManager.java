package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.task.TaskExecutor;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.run.Run;

/**
 * The one implementation of {@link CallbackManager}.
 */
final class DefaultCallbackManager implements CallbackManager {

	private final List<Supplier<? extends Collection<HandlerRegistration>>> registrations;

	private final AtomicReference<@Nullable List<RegisteredHandler>> handlers = new AtomicReference<>();

	private final TaskExecutor executor;

	private final Executor workExecutor;

	private final List<RunFilter> filters;

	private final RunLimits limits;

	private final LiveRuns liveRuns = new LiveRuns();

	private final HandOver handOver = new HandOver();

	DefaultCallbackManager(List<Supplier<? extends Collection<HandlerRegistration>>> registrations,
			TaskExecutor executor, Executor workExecutor, List<RunFilter> filters, RunLimits limits) {
		this.registrations = List.copyOf(registrations);
		this.executor = executor;
		this.workExecutor = workExecutor;
		this.filters = List.copyOf(filters);
		this.limits = limits;
	}

	@Override
	public <T> Flux<T> runInBursts(RunSpec spec, RunEvents<T> events,
			Function<ActiveRun, ? extends Publisher<List<T>>> work) {
		return new Flux<>() {

			@Override
			public void subscribe(CoreSubscriber<? super T> actual) {
				RunSubscription<T> subscriber;
				try {
					subscriber = open(spec, events, work, actual);
				}
				catch (Throwable ex) {
					Exceptions.throwIfJvmFatal(ex);
					Operators.error(actual, ex);
					return;
				}
				subscriber.begin();
			}

		};
	}

	private <T> RunSubscription<T> open(RunSpec spec, RunEvents<T> events,
			Function<ActiveRun, ? extends Publisher<List<T>>> work, CoreSubscriber<? super T> actual) {
		RunContext fromContext = CurrentRun.contextFrom(actual.currentContext());
		RunContext parent = (fromContext != null) ? fromContext : CurrentRun.contextOnThread();
		RunTreeScope root = (parent != null) ? parent.root() : new RunTreeScope();
		this.liveRuns.admit(spec.name(), parent == null);
		root.runOpened();
		try {
			Set<String> tags = inheritableTags(spec.options(), parent);
			RunOpening opening = new RunOpening(this, createRun(spec, tags, parent), parent, fromContext != null,
					handlers(spec.options(), parent, root), tags, root, spec.model(), events.itemEventType());
			return new RunSubscription<>(actual, events, work, opening, this.filters);
		}
		catch (RuntimeException ex) {
			root.runEnded();
			this.liveRuns.notAdmitted();
			throw ex;
		}
	}

	private static Set<String> inheritableTags(RunOptions options, @Nullable RunContext parent) {
		Set<String> tags = (parent != null) ? new LinkedHashSet<>(parent.tags()) : new LinkedHashSet<>();
		tags.addAll(options.tags());
		return tags;
	}

	private static Run createRun(RunSpec spec, Set<String> inheritableTags, @Nullable RunContext parent) {
		RunOptions options = spec.options();
		UUID id = (options.runId() != null) ? options.runId() : Run.newId();
		String name = (options.runName() != null) ? options.runName() : spec.name();
		Set<String> tags = new LinkedHashSet<>(inheritableTags);
		tags.addAll(spec.localTags());
		if (parent == null) {
			return new Run(id, null, id, spec.type(), name, tags, options.metadata(), Instant.now());
		}
		Run around = parent.run();
		Map<String, Object> metadata = new LinkedHashMap<>(around.metadata());
		metadata.putAll(options.metadata());
		return new Run(id, around.id(), around.rootId(), spec.type(), name, tags, metadata, Instant.now());
	}

	// without a lock, for whoever knows the handlers may have locks of its own
	private List<RegisteredHandler> registeredHandlers() {
		List<RegisteredHandler> existing = this.handlers.get();
		if (existing != null) {
			return existing;
		}
		List<RegisteredHandler> created = this.registrations.stream()
			.flatMap((registrations) -> registrations.get().stream())
			.map(RegisteredHandler::new)
			.toList();
		List<RegisteredHandler> other = this.handlers.compareAndExchange(null, created);
		return (other != null) ? other : created;
	}

	// the inherited ones first, each but once
	private List<BoundHandler> handlers(RunOptions options, @Nullable RunContext parent, RunTreeScope root) {
		List<BoundHandler> result = new ArrayList<>();
		if (parent != null) {
			result.addAll(parent.handlers());
		}
		registeredHandlers().stream()
			.filter(RegisteredHandler::isEnabled)
			.forEach((handler) -> add(handler, root, result));
		options.callbacks().forEach((handler) -> add(RegisteredHandler.of(handler), root, result));
		return List.copyOf(result);
	}

	private static void add(RegisteredHandler handler, RunTreeScope root, List<BoundHandler> result) {
		if (result.stream().anyMatch((present) -> present.registered() == handler)) {
			return;
		}
		BoundHandler bound = handler.bind(root);
		if (result.stream().noneMatch((present) -> present.target() == bound.target())) {
			result.add(bound);
		}
	}

	@Override
	public Mono<Void> shutdown(Duration finish, Duration drain) {
		return this.liveRuns.shutdown(finish, drain);
	}

	LiveRuns liveRuns() {
		return this.liveRuns;
	}

	HandOver handOver() {
		return this.handOver;
	}

	TaskExecutor executor() {
		return this.executor;
	}

	@Override
	public <T> Mono<T> call(Callable<? extends T> work) {
		return Mono.deferContextual((context) -> Mono.create(new BlockingCall<>(work, this.workExecutor, context)));
	}

	@Override
	public Mono<Void> emit(Function<Run, CallbackEvent> event) {
		return Mono.deferContextual((context) -> {
			RunContext fromContext = CurrentRun.contextFrom(context);
			RunContext current = (fromContext != null) ? fromContext : CurrentRun.contextOnThread();
			if (current == null) {
				return Mono.error(new IllegalStateException("There is no current run to tell an event of: "
						+ "tell it inside one, or carry the run there with CurrentRun.wrap"));
			}
			current.live().emit(event.apply(current.run()));
			return Mono.empty();
		});
	}

	@Override
	public RunLimits limits() {
		return this.limits;
	}

	@Override
	public List<HandlerStatus> handlers() {
		return registeredHandlers().stream().map(RegisteredHandler::status).toList();
	}

	@Override
	public boolean setEnabled(String handler, boolean enabled) {
		List<RegisteredHandler> named = registeredHandlers().stream()
			.filter((registered) -> registered.registration().name().equals(handler))
			.toList();
		named.forEach((registered) -> registered.setEnabled(enabled));
		return !named.isEmpty();
	}

	@Override
	public List<Run> openRuns() {
		return this.liveRuns.runs();
	}

	@Override
	public boolean cancel(UUID runId) {
		return this.liveRuns.cancel(runId);
	}

}
