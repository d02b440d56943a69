package dev.llmcallbacks.retriever;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.run.RunType;

/**
 * The one implementation of {@link Retriever}.
 */
final class DefaultRetriever implements Retriever {

	private final String name;

	private final Function<? super String, ?> function;

	private final @Nullable CallbackManager manager;

	private final RunOptions options;

	/** Whether the run id has been used. Shared by all retrievers that have it. */
	private final AtomicBoolean idUsed;

	DefaultRetriever(String name, Function<? super String, ?> function) {
		this(Objects.requireNonNull(name, "'name' must not be null"),
				Objects.requireNonNull(function, "'function' must not be null"), null, RunOptions.NONE,
				new AtomicBoolean());
	}

	private DefaultRetriever(String name, Function<? super String, ?> function, @Nullable CallbackManager manager,
			RunOptions options, AtomicBoolean idUsed) {
		this.name = name;
		this.function = function;
		this.manager = manager;
		this.options = options;
		this.idUsed = idUsed;
	}

	@Override
	public Mono<List<Document>> retrieve(String query) {
		Objects.requireNonNull(query, "'query' must not be null");
		return Flux.deferContextual((context) -> {
			CallbackManager manager = manager(context);
			RunSpec spec = new RunSpec(RunType.RETRIEVER, this.name, nextOptions());
			return manager.run(spec, new RetrieverEvents(query), (run) -> look(query, manager));
		}).collectList();
	}

	private CallbackManager manager(ContextView context) {
		return CurrentRun.manager(context)
			.orElseGet(() -> (this.manager != null) ? this.manager : WithoutHandlers.MANAGER);
	}

	private RunOptions nextOptions() {
		if (this.options.runId() == null || this.idUsed.compareAndSet(false, true)) {
			return this.options;
		}
		return this.options.mutate().runId(null).build();
	}

	private Flux<Document> look(String query, CallbackManager manager) {
		return manager.<Object>call(() -> this.function.apply(query))
			.<Object>flatMapMany(
					(returned) -> (returned instanceof Publisher<?> publisher) ? publisher : Mono.just(returned))
			.flatMapIterable((item) -> (item instanceof Iterable<?> several) ? several : List.of(item))
			.map(this::requireDocument);
	}

	private Document requireDocument(Object item) {
		if (item instanceof Document document) {
			return document;
		}
		throw new IllegalStateException("Retriever '" + this.name + "' must give documents, but gave a "
				+ item.getClass().getName() + ": make a Document of it");
	}

	@Override
	public Retriever withOptions(RunOptions options) {
		RunOptions merged = this.options.mutate()
			.runName((options.runName() != null) ? options.runName() : this.options.runName())
			.runId((options.runId() != null) ? options.runId() : this.options.runId())
			.callbacks(options.callbacks().toArray(LlmCallbackHandler[]::new))
			.tags(options.tags().toArray(String[]::new))
			.metadata(options.metadata())
			.build();
		AtomicBoolean idUsed = (options.runId() != null) ? new AtomicBoolean() : this.idUsed;
		return new DefaultRetriever(this.name, this.function, this.manager, merged, idUsed);
	}

	@Override
	public Retriever withManager(CallbackManager manager) {
		return new DefaultRetriever(this.name, this.function, manager, this.options, this.idUsed);
	}

	/**
	 * What opens the runs of retrievers that were given nothing else.
	 */
	private static final class WithoutHandlers {

		static final CallbackManager MANAGER = CallbackManager.builder().build();

	}

}
