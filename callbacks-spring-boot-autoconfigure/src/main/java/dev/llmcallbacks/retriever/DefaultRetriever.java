package dev.llmcallbacks.retriever;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.ReturnedValue;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.ManagerHolder;
import dev.llmcallbacks.dispatch.ManagerLookup;
import dev.llmcallbacks.dispatch.RunOptionsSequence;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.run.RunType;

/**
 * Default {@link Retriever}.
 */
final class DefaultRetriever implements Retriever, ManagerHolder {

	private final String name;

	private final Function<? super String, ?> function;

	private final @Nullable Supplier<? extends @Nullable CallbackManager> manager;

	private final RunOptionsSequence options;

	DefaultRetriever(String name, Function<? super String, ?> function) {
		this(Objects.requireNonNull(name, "'name' must not be null"),
				Objects.requireNonNull(function, "'function' must not be null"), null,
				RunOptionsSequence.of(RunOptions.NONE));
	}

	private DefaultRetriever(String name, Function<? super String, ?> function,
			@Nullable Supplier<? extends @Nullable CallbackManager> manager, RunOptionsSequence options) {
		this.name = name;
		this.function = function;
		this.manager = manager;
		this.options = options;
	}

	@Override
	public Mono<List<Document>> retrieve(String query) {
		Objects.requireNonNull(query, "'query' must not be null");
		return CurrentRun.captured(Flux.deferContextual((context) -> {
			CallbackManager manager = ManagerLookup.find(context, this.manager, "Retriever '" + this.name + "'");
			RunSpec spec = new RunSpec(RunType.RETRIEVER, this.name, this.options.next());
			return manager.run(spec, new RetrieverEvents<Document>(query, List::of), (run) -> look(query, manager));
		}).collectList());
	}

	private Flux<Document> look(String query, CallbackManager manager) {
		return manager.<Object>call(() -> this.function.apply(query))
			.<Object>flatMapMany((returned) -> ReturnedValue.of(returned).items())
			.concatMapIterable((item) -> (item instanceof Iterable<?> several) ? several : List.of(item))
			.map(this::requireDocument);
	}

	private Document requireDocument(Object item) {
		if (item instanceof Document document) {
			return document;
		}
		throw new IllegalStateException("Retriever '" + this.name + "' must return documents, but returned a "
				+ item.getClass().getName() + ": make a Document of it");
	}

	@Override
	public Retriever withOptions(RunOptions options) {
		return new DefaultRetriever(this.name, this.function, this.manager, this.options.with(options));
	}

	@Override
	public Retriever withManager(CallbackManager manager) {
		return new DefaultRetriever(this.name, this.function, () -> manager, this.options);
	}

	@Override
	public @Nullable Supplier<? extends @Nullable CallbackManager> managerSupplier() {
		return this.manager;
	}

	@Override
	public Retriever withDefaultManager(Supplier<? extends @Nullable CallbackManager> manager) {
		return (this.manager != null) ? this : new DefaultRetriever(this.name, this.function, manager, this.options);
	}

}
