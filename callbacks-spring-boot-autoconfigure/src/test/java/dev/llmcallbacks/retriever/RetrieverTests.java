package dev.llmcallbacks.retriever;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.chain.Trace;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.event.RetrieverEnd;
import dev.llmcallbacks.event.RetrieverError;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Retriever}.
 */
class RetrieverTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final List<Document> DOCUMENTS = List.of(new Document("one"), new Document("two"));

	private final Trace trace = new Trace();

	private final CallbackManager manager = CallbackManager.builder().handlers(this.trace.handler()).build();

	@Test
	@DisplayName("G1 a look-up fires a start with the query and an end with the documents")
	void shouldTellQueryAndDocumentsWhenTheFunctionReturnsAList() {
		assertThat(of(DOCUMENTS).retrieve("q").block(TIMEOUT)).isEqualTo(DOCUMENTS);
		assertThat(this.trace.lines()).containsExactly("+shelf", "-shelf");
		assertThat(this.trace.log().events(RetrieverStart.class).get(0).query()).isEqualTo("q");
		assertThat(this.trace.end(RetrieverEnd.class, "shelf").documents()).isEqualTo(DOCUMENTS);
		assertThat(this.trace.run("shelf").type()).isEqualTo(RunType.RETRIEVER);
	}

	@Test
	void shouldTakeAnyFormOfDocuments() {
		assertThat(of(Mono.just(DOCUMENTS)).retrieve("q").block(TIMEOUT)).isEqualTo(DOCUMENTS);
		assertThat(of(Flux.fromIterable(DOCUMENTS)).retrieve("q").block(TIMEOUT)).isEqualTo(DOCUMENTS);
		assertThat(of(Mono.empty()).retrieve("q").block(TIMEOUT)).isEmpty();
		assertThat(of(List.of()).retrieve("q").block(TIMEOUT)).isEmpty();
		assertThat(Retriever.of("none", (query) -> null).retrieve("q").block(TIMEOUT)).isEmpty();
	}

	@Test
	@DisplayName("G18 a function that may block is called on the work executor, with the current run")
	void shouldCallTheFunctionOnTheWorkExecutor() {
		Retriever retriever = Retriever.of("shelf", (query) -> List
			.of(new Document(Thread.currentThread().getName() + " " + CurrentRun.get().orElseThrow().name())));
		List<Document> documents = retriever.retrieve("q").block(TIMEOUT);
		assertThat(documents).singleElement()
			.satisfies((document) -> assertThat(document.text()).startsWith("llm-work-").endsWith(" shelf"));
	}

	@Test
	@DisplayName("G1 a look-up that fails fires one error")
	void shouldTellTheErrorWhenTheFunctionThrows() {
		IllegalStateException failure = new IllegalStateException("broken");
		Retriever retriever = Retriever.of("shelf", (query) -> {
			throw failure;
		}).withManager(this.manager);
		StepVerifier.create(retriever.retrieve("q")).expectErrorMatches((ex) -> ex == failure).verify(TIMEOUT);
		assertThat(this.trace.lines()).containsExactly("+shelf", "!shelf");
		assertThat(this.trace.end(RetrieverError.class, "shelf").error()).isSameAs(failure);
	}

	@Test
	void shouldFailWhenTheFunctionGivesSomethingElse() {
		StepVerifier.create(of(List.of("text")).retrieve("q"))
			.expectErrorMessage(
					"Retriever 'shelf' must return documents, but returned a java.lang.String: make a Document of it")
			.verify(TIMEOUT);
		assertThat(this.trace.lines()).containsExactly("+shelf", "!shelf");
	}

	@Test
	@DisplayName("G2 a caller that stops produces a cancel")
	void shouldTellACancelWhenTheCallerCancels() {
		StepVerifier.create(of(Mono.never()).retrieve("q"))
			.expectSubscription()
			.then(() -> this.trace.awaitLine("+shelf"))
			.thenCancel()
			.verify(TIMEOUT);
		this.trace.awaitEnd();
		assertThat(this.trace.lines()).containsExactly("+shelf", "xshelf");
	}

	@Test
	@DisplayName("G23 options are added, and a run id serves the first run")
	void shouldAddTheOptions() {
		UUID id = Run.newId();
		Retriever retriever = of(DOCUMENTS).withOptions(RunOptions.builder().runId(id).tags("t").build())
			.withOptions(RunOptions.builder().runName("renamed").metadata("k", 1).build());
		retriever.retrieve("q").block(TIMEOUT);
		retriever.retrieve("q").block(TIMEOUT);
		assertThat(this.trace.runs("renamed")).hasSize(2).extracting(Run::id).doesNotHaveDuplicates().contains(id);
		assertThat(this.trace.runs("renamed").get(0).id()).isEqualTo(id);
		assertThat(this.trace.run("renamed").tags()).containsExactly("t");
		assertThat(this.trace.run("renamed").metadata()).containsEntry("k", 1);
	}

	@Test
	@DisplayName("G22 a look-up inside a chain is a run inside the chain's")
	void shouldBeInsideTheCurrentRun() {
		Retriever retriever = Retriever.of("shelf", (query) -> DOCUMENTS);
		Chain<String, List<Document>> reactive = Chain.of("reactive", retriever::retrieve);
		Chain<String, List<Document>> blocking = Chain.of("blocking",
				(query) -> retriever.withOptions(RunOptions.builder().runName("blocked").build())
					.retrieve(query)
					.block(TIMEOUT));
		reactive.withManager(this.manager).invoke("q").block(TIMEOUT);
		blocking.withManager(this.manager).invoke("q").block(TIMEOUT);
		this.trace.shouldBeInside("shelf", "reactive");
		this.trace.shouldBeInside("blocked", "blocking");
	}

	private Retriever of(Object returned) {
		return Retriever.of("shelf", (query) -> returned).withManager(this.manager);
	}

}
