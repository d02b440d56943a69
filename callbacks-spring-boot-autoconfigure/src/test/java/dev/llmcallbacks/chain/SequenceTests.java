package dev.llmcallbacks.chain;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.run.Run;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for sequences of {@link Chain chains}.
 */
class SequenceTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final Trace trace = new Trace();

	private final CallbackManager manager = CallbackManager.builder().handlers(this.trace.handler()).build();

	private final Chain<String, String> upper = Chain.of("upper", (text) -> text.toUpperCase());

	private final Chain<String, String> letters = Chain.of("letters", (text) -> Flux.fromArray(text.split("")));

	private final Chain<String, Integer> length = Chain.of("length", String::length);

	private final Chain<String, String> stars = Chain.generator("stars", (items) -> items.map((item) -> item + "*"));

	@Test
	@DisplayName("G3 the steps of a sequence are runs inside its own, one after the other")
	void shouldRunStepsOneAfterTheOther() {
		Chain<String, Integer> chain = this.upper.then(this.letters).then(this.length).withManager(this.manager);
		assertThat(chain.invoke("abc").block(TIMEOUT)).isEqualTo(3);
		assertThat(this.trace.lines()).containsExactly("+sequence", "+upper", "-upper", "+letters", "-letters",
				"+length", "-length", "-sequence");
		assertThat(this.trace.end(ChainEnd.class, "letters").outputs()).isEqualTo("ABC");
		assertThat(this.trace.end(ChainEnd.class, "sequence").outputs()).isEqualTo(3);
		assertThat(this.trace.log().events(ChainStart.class)).extracting(ChainStart::inputs)
			.containsExactly("abc", "abc", "ABC", "ABC");
		List.of("upper", "letters", "length").forEach((step) -> this.trace.shouldBeInside(step, "sequence"));
	}

	@Test
	@DisplayName("G23 steps are tagged with their number, which the runs inside them do not inherit")
	void shouldTagTheStepsAlone() {
		Chain<String, Integer> nested = Chain.of("nested", (text) -> this.length.invoke(text));
		Chain<String, Integer> chain = this.upper.then(nested)
			.withOptions(RunOptions.builder().tags("mine").build())
			.withManager(this.manager);
		chain.invoke("abc").block(TIMEOUT);
		assertThat(this.trace.run("sequence").tags()).containsExactly("mine");
		assertThat(this.trace.run("upper").tags()).containsExactlyInAnyOrder("mine", "seq:step:1");
		assertThat(this.trace.run("nested").tags()).containsExactlyInAnyOrder("mine", "seq:step:2");
		assertThat(this.trace.run("length").tags()).containsExactly("mine");
		this.trace.shouldBeInside("length", "nested");
	}

	@Test
	void shouldBeOneSequenceHoweverItIsPutTogether() {
		Chain<String, Integer> chain = this.upper.then(this.letters.then(this.length)).withManager(this.manager);
		chain.invoke("abc").block(TIMEOUT);
		assertThat(this.trace.runs("sequence")).hasSize(1);
		assertThat(this.trace.run("length").tags()).containsExactly("seq:step:3");
	}

	@Test
	void shouldKeepASequenceWithOptionsAsOneStep() {
		Chain<String, String> named = this.upper.then(this.letters)
			.withOptions(RunOptions.builder().runName("spell").build());
		named.then(this.length).withManager(this.manager).invoke("abc").block(TIMEOUT);
		this.trace.shouldBeInside("letters", "spell");
		this.trace.shouldBeInside("spell", "sequence");
		assertThat(this.trace.run("spell").tags()).containsExactly("seq:step:1");
		assertThat(this.trace.run("length").tags()).containsExactly("seq:step:2");
	}

	@Test
	void shouldHaveTheManagerOfTheFirstStepThatHasOne() {
		this.upper.then(this.length.withManager(this.manager)).invoke("abc").block(TIMEOUT);
		this.trace.shouldBeRoot("sequence");
		this.trace.shouldBeInside("upper", "sequence");
	}

	@Test
	void shouldStreamFromTheFirstItemOn() {
		Sinks.Many<String> source = Sinks.many().unicast().onBackpressureBuffer();
		Chain<String, String> first = Chain.of("source", (text) -> source.asFlux());
		Chain<String, String> chain = first.then(this.stars).then(this.stars).withManager(this.manager);
		StepVerifier.create(chain.stream("go"))
			.then(() -> source.tryEmitNext("a").orThrow())
			.expectNext("a**")
			.then(() -> source.tryEmitNext("b").orThrow())
			.expectNext("b**")
			.then(() -> source.tryEmitComplete().orThrow())
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.trace.lines()).startsWith("+sequence", "+source", "+stars", "+stars");
		assertThat(this.trace.lines()).endsWith("-stars", "-sequence");
		assertThat(this.trace.end(ChainEnd.class, "source").outputs()).isEqualTo("ab");
		assertThat(this.trace.end(ChainEnd.class, "sequence").outputs()).isEqualTo("a**b**");
		assertThat(this.trace.runs("stars")).extracting(Run::parentId).containsOnly(this.trace.run("sequence").id());
		this.trace.shouldBeInside("source", "sequence");
	}

	@Test
	void shouldAssembleBetweenAStreamAndAStepThatTakesOneValue() {
		Chain<String, String> chain = this.letters.then(this.stars).then(this.upper).then(this.letters);
		StepVerifier.create(chain.withManager(this.manager).stream("ab"))
			.expectNext("A", "*", "B", "*")
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.trace.end(ChainEnd.class, "upper").outputs()).isEqualTo("A*B*");
	}

	@Test
	void shouldPassDemandOnWhenStepsStream() {
		Chain<Integer, Integer> numbers = Chain.of("numbers", (end) -> Flux.range(1, end));
		Chain<Integer, Integer> twice = Chain.generator("twice", (items) -> items.map((item) -> 2 * item));
		StepVerifier.create(numbers.then(twice).withManager(this.manager).stream(1000), 2)
			.expectNext(2, 4)
			.thenRequest(1)
			.expectNext(6)
			.thenCancel()
			.verify(TIMEOUT);
		this.trace.awaitEnd();
		assertThat(this.trace.lines()).endsWith("xsequence");
	}

	@Test
	void shouldNotBeginAStepWhenTheOneBeforeItGaveNothing() {
		Chain<String, String> none = Chain.of("none", (text) -> Flux.empty());
		StepVerifier.create(none.then(this.upper).withManager(this.manager).invoke("x"))
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.trace.lines()).containsExactly("+sequence", "+none", "-none", "-sequence");
	}

	@Test
	void shouldCallAGeneratorWhenTheStepBeforeItGaveNothing() {
		Chain<String, String> none = Chain.of("none", (text) -> Flux.empty());
		Chain<String, String> orElse = Chain.generator("orElse", (items) -> items.defaultIfEmpty("else"));
		assertThat(none.then(orElse).withManager(this.manager).invoke("x").block(TIMEOUT)).isEqualTo("else");
		this.trace.shouldBeInside("orElse", "sequence");
	}

	@Test
	@DisplayName("G1 a step that fails fails the sequence, and no later step begins")
	void shouldFailWhenAStepFails() {
		Chain<String, String> bad = Chain.of("bad", (text) -> Mono.error(new IllegalStateException("broken")));
		StepVerifier
			.create(this.upper.then(bad).then(this.stars).then(this.length).withManager(this.manager).invoke("x"))
			.expectErrorMessage("broken")
			.verify(TIMEOUT);
		assertThat(this.trace.lines()).containsExactly("+sequence", "+upper", "-upper", "+bad", "!bad", "!sequence");
	}

	@Test
	@DisplayName("G3 cancelling a sequence cancels the step that is running, and that is told first")
	void shouldCancelTheRunningStepFirst() {
		Chain<String, String> never = Chain.of("never", (text) -> Mono.never());
		StepVerifier.create(this.upper.then(never).then(this.stars).withManager(this.manager).invoke("x"))
			.expectSubscription()
			.then(() -> this.trace.awaitLine("+never"))
			.thenCancel()
			.verify(TIMEOUT);
		this.trace.awaitEnd();
		assertThat(this.trace.lines()).containsExactly("+sequence", "+upper", "-upper", "+never", "xnever",
				"xsequence");
	}

	@Test
	@DisplayName("G2 a step that has enough cancels the one before it, and the sequence completes")
	void shouldCancelTheStepBeforeWhenAGeneratorHasEnough() {
		Chain<String, String> endless = Chain.of("endless",
				(text) -> Flux.interval(Duration.ofMillis(1)).onBackpressureDrop().map((tick) -> text));
		Chain<String, String> two = Chain.generator("two", (items) -> items.take(2));
		assertThat(endless.then(two).withManager(this.manager).invoke("x").block(TIMEOUT)).isEqualTo("xx");
		assertThat(this.trace.lines()).startsWith("+sequence", "+endless", "+two")
			.endsWith("-sequence")
			.containsOnlyOnce("xendless", "-two")
			.hasSize(6);
	}

	@Test
	@DisplayName("G1 G2 a generator that does not want its input cancels the step before it")
	void shouldCancelTheStepBeforeWhenAGeneratorWantsNothing() {
		Chain<String, String> first = Chain.of("first", (text) -> Flux.just(text).concatWith(Flux.never()));
		Chain<String, String> closed = Chain.generator("closed", (items) -> Flux.just("own"));
		assertThat(first.then(closed).withManager(this.manager).invoke("x").block(TIMEOUT)).isEqualTo("own");
		assertThat(this.trace.lines()).startsWith("+sequence", "+first", "+closed")
			.endsWith("-sequence")
			.containsOnlyOnce("xfirst", "-closed")
			.hasSize(6);
	}

	@Test
	@DisplayName("G3 the branches of a parallel chain run at the same time, inside its run, tagged with their keys")
	void shouldRunBranchesAtTheSameTime() {
		Sinks.One<String> meeting = Sinks.one();
		Chain<String, String> waits = Chain.of("waits", (text) -> meeting.asMono());
		Chain<String, Integer> meets = Chain.of("meets", (text) -> {
			meeting.tryEmitValue("met " + text);
			return 1;
		});
		Map<String, Chain<String, ?>> branches = new LinkedHashMap<>();
		branches.put("z", waits);
		branches.put("a", meets);
		Map<String, Object> outputs = Chain.parallel(branches).withManager(this.manager).invoke("x").block(TIMEOUT);
		assertThat(outputs).containsExactly(Map.entry("z", "met x"), Map.entry("a", 1));
		assertThat(this.trace.run("waits").tags()).containsExactly("map:key:z");
		assertThat(this.trace.run("meets").tags()).containsExactly("map:key:a");
		this.trace.shouldBeInside("waits", "parallel");
		this.trace.shouldBeInside("meets", "parallel");
		assertThat(this.trace.end(ChainEnd.class, "parallel").outputs()).isEqualTo(outputs);
	}

	@Test
	void shouldTakeAPlainMapOfBranches() {
		Chain<String, Map<String, Object>> both = Chain.parallel(Map.of("u", this.upper, "n", this.length));
		Chain<Map<String, Object>, Set<String>> keys = Chain.of("keys", Map::keySet);
		assertThat(this.upper.then(both).then(keys).withManager(this.manager).invoke("x").block(TIMEOUT))
			.containsExactlyInAnyOrder("u", "n");
		this.trace.shouldBeInside("parallel", "sequence");
		this.trace.shouldBeInside("length", "parallel");
		assertThat(Chain.parallel(Map.of("u", this.upper)).invoke("x").block(TIMEOUT)).containsEntry("u", "X");
	}

	@Test
	@DisplayName("G3 a branch that fails cancels the others, and is the failure of the whole")
	void shouldCancelTheOtherBranchesWhenOneFails() {
		Chain<String, String> never = Chain.of("never", (text) -> Mono.never());
		Chain<String, String> bad = Chain.of("bad", (text) -> Mono.fromRunnable(() -> this.trace.awaitLine("+never"))
			.then(Mono.error(new IllegalStateException("broken"))));
		Chain<String, ?> chain = Chain.parallel(Map.of("never", never, "bad", bad)).withManager(this.manager);
		StepVerifier.create(chain.invoke("x")).expectErrorMessage("broken").verify(TIMEOUT);
		assertThat(this.trace.lines()).startsWith("+parallel")
			.endsWith("!parallel")
			.containsOnlyOnce("!bad", "xnever")
			.hasSize(6);
	}

}
