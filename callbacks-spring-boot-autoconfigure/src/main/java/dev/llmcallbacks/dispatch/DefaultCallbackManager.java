package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.run.Run;

/**
 * The one implementation of {@link CallbackManager}.
 */
final class DefaultCallbackManager implements CallbackManager {

	private final List<Supplier<? extends Collection<HandlerRegistration>>> registrations;

	private final AtomicReference<@Nullable List<RegisteredHandler>> handlers = new AtomicReference<>();

	private final HandlerExecutors executors;

	private final List<RunFilter> filters;

	private final RunLimits limits;

	private final RunRegistry registry = new RunRegistry();

	DefaultCallbackManager(List<Supplier<? extends Collection<HandlerRegistration>>> registrations,
			HandlerExecutors executors, List<RunFilter> filters, RunLimits limits) {
		this.registrations = List.copyOf(registrations);
		this.executors = executors;
		this.filters = List.copyOf(filters);
		// reads the source of randomness here, because runs are opened on event loops
		Run.newId();
		this.limits = limits;
	}

	@Override
	public <T> Flux<T> runInBursts(RunSpec spec, RunEvents<T> events,
			Function<ActiveRun, ? extends Publisher<List<T>>> work) {
		return spec.inPlace() ? RunFlux.of(spec, (subscriber) -> openInPlace(spec, events, work, subscriber))
				: RunFlux.of(spec, (subscriber) -> open(spec, events, work, subscriber, Continuation.PARALLEL)::begin);
	}

	private <T> Runnable openInPlace(RunSpec spec, RunEvents<T> events,
			Function<ActiveRun, ? extends Publisher<List<T>>> work, CoreSubscriber<? super T> subscriber) {
		InPlaceBeginning<T> beginning = new InPlaceBeginning<>(subscriber, work);
		RunSubscription<T> subscription = open(spec, events, beginning::work, beginning, Continuation.BLOCKING);
		return () -> {
			subscription.begin();
			beginning.awaitBeginning();
		};
	}

	@Override
	public <T> OpenRun<T> open(RunSpec spec, RunEvents<T> events, ContextView context) {
		return openByHand(spec, events, context);
	}

	@Override
	public <T> T callInPlace(RunSpec spec, RunEvents<T> events, ContextView context, Callable<? extends T> work) {
		try {
			return InPlaceCall.call(() -> openByHand(spec, events, context), work);
		}
		catch (Exception ex) {
			throw HandFedRun.<RuntimeException>raise(ex);
		}
	}

	private <T> HandFedRun<T> openByHand(RunSpec spec, RunEvents<T> events, ContextView context) {
		HandFedWork<T> work = new HandFedWork<>(Context.of(context));
		RunSubscription<T> subscription = open(spec, events, (run) -> work, work.subscriber(), Continuation.IN_PLACE);
		HandFedRun<T> run = new HandFedRun<>(work, subscription.live());
		subscription.begin();
		return run;
	}

	private <T> RunSubscription<T> open(RunSpec spec, RunEvents<T> events,
			Function<ActiveRun, ? extends Publisher<List<T>>> work, CoreSubscriber<? super T> subscriber,
			Continuation continuation) {
		Context context = spec.in(subscriber.currentContext());
		RunContext fromContext = CurrentRun.contextFrom(context);
		RunContext parent = (fromContext != null) ? fromContext : CurrentRun.contextOnThread();
		this.registry.admit(spec.name(), parent == null);
		RunTreeScope root = join(parent);
		try {
			Binding binding = bindHandlers(spec, parent, root);
			EventSubscription.from(context).forEach((subscription) -> binding.add(subscription.handler()));
			IndependentWork.handlers(context).forEach(binding::add);
			Set<String> tags = inheritableTags(spec.options(), parent);
			RunOpening opening = new RunOpening(this, this.registry, this.executors, createRun(spec, tags, parent),
					parent, fromContext != null, List.copyOf(binding.handlers), tags, root, spec.model(),
					events.itemEventType(), context, continuation, binding.failure);
			return new RunSubscription<>(subscriber, events, work, opening, this.filters);
		}
		catch (Throwable ex) {
			root.leave();
			this.registry.notAdded();
			throw ex;
		}
	}

	// a run that is opened where a tree has ended begins a tree of its own
	private static RunTreeScope join(@Nullable RunContext parent) {
		if (parent != null && parent.root().tryJoin()) {
			return parent.root();
		}
		RunTreeScope root = new RunTreeScope();
		root.tryJoin();
		return root;
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
		Run enclosing = parent.run();
		Map<String, Object> metadata = new LinkedHashMap<>(enclosing.metadata());
		metadata.putAll(options.metadata());
		return new Run(id, enclosing.id(), enclosing.rootId(), spec.type(), name, tags, metadata, Instant.now());
	}

	// without a lock, because the suppliers may have locks of their own
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

	// the inherited ones first, each only once
	private Binding bindHandlers(RunSpec spec, @Nullable RunContext parent, RunTreeScope root) {
		Binding binding = new Binding(spec.name(), root);
		if (parent != null) {
			parent.handlers()
				.stream()
				.filter((handler) -> handler.isShared() || parent.root() == root)
				.forEach(binding.handlers::add);
		}
		registeredHandlers().stream().filter(RegisteredHandler::isEnabled).forEach(binding::add);
		spec.options().callbacks().forEach((handler) -> binding.add(RegisteredHandler.of(handler)));
		return binding;
	}

	@Override
	public Mono<Void> shutdown(Duration finish, Duration drain) {
		return this.registry.shutdown(finish, drain);
	}

	RunRegistry registry() {
		return this.registry;
	}

	HandlerExecutors executors() {
		return this.executors;
	}

	@Override
	public <T> Mono<T> call(Callable<? extends T> work) {
		return CurrentRun.captured(BlockingCall.on(this.executors.forWork(), work));
	}

	@Override
	public Mono<Void> emit(Function<Run, CallbackEvent> event) {
		return CurrentRun.captured(Mono.create((sink) -> {
			RunContext fromContext = CurrentRun.contextFrom(sink.contextView());
			RunContext current = (fromContext != null) ? fromContext : CurrentRun.contextOnThread();
			if (current == null) {
				throw new IllegalStateException("There is no current run to publish an event to: "
						+ "publish it inside a run, or carry the run there with CurrentRun.wrap");
			}
			Countdown capacity = new Countdown(sink::success);
			CallbackEvent created = event.apply(current.run());
			if (current.insideCallback()) {
				// a handler that waited for capacity might wait for itself
				current.handle().emit(created);
			}
			else {
				current.handle().emit(created, capacity);
			}
			capacity.arm();
		}));
	}

	@Override
	@SafeVarargs
	public final Flux<CallbackEvent> events(Publisher<?> work, Class<? extends CallbackEvent>... types) {
		return EventFlux.of(work, List.of(types));
	}

	@Override
	public RunLimits limits() {
		return this.limits;
	}

	@Override
	public List<HandlerStatus> handlers() {
		List<Map<RegisteredHandler, HandlerCall>> calls = this.registry.runs().stream().map(RunHandle::calls).toList();
		return registeredHandlers().stream()
			.map((handler) -> handler
				.status(calls.stream().map((ofRun) -> ofRun.get(handler)).filter(Objects::nonNull).toList()))
			.toList();
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
		return this.registry.runs().stream().map(RunHandle::run).toList();
	}

	@Override
	public List<RunStatus> runs() {
		return this.registry.runs().stream().map(RunHandle::status).toList();
	}

	@Override
	public boolean cancel(UUID runId) {
		return this.registry.cancel(runId);
	}

	/**
	 * Handlers of a run that is about to be opened. A handler that cannot be prepared
	 * counts as failed and takes no part in the run.
	 */
	private static final class Binding {

		private final String run;

		private final RunTreeScope root;

		private final List<BoundHandler> handlers = new ArrayList<>();

		private @Nullable CallbackException failure;

		Binding(String run, RunTreeScope root) {
			this.run = run;
			this.root = root;
		}

		void add(RegisteredHandler handler) {
			if (this.handlers.stream().anyMatch((present) -> present.registered() == handler)) {
				return;
			}
			try {
				BoundHandler bound = handler.bind(this.root);
				if (this.handlers.stream().noneMatch((present) -> present.target() == bound.target())) {
					this.handlers.add(bound);
				}
			}
			catch (Throwable ex) {
				handler.activity().notBound(this.run, ex);
				if (handler.settings().raiseError() || ex instanceof VirtualMachineError) {
					this.failure = new CallbackException("Handler '" + handler.registration().name()
							+ "' could not be prepared for run '" + this.run + "'", ex);
				}
			}
		}

	}

}
