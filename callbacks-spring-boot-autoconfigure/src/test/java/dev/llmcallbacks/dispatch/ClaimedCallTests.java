package dev.llmcallbacks.dispatch;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for calls for which a run has been opened already.
 */
class ClaimedCallTests {

	private static final RunSpec SPEC = new RunSpec(RunType.LLM, "call", RunOptions.NONE);

	private final Probe probe = new Probe();

	private final CallbackManager manager = Bench.of(HandlerKind.SYNC_CLASS, this.probe).manager();

	/** Client of another library that opens a run unless there is one for the call. */
	private String block() {
		if (ClaimedCall.isClaimed(RunType.LLM, Context.empty())) {
			return "answer";
		}
		return this.manager.callInPlace(SPEC, new CountingEvents(), () -> ClaimedCall.call(() -> "answer"));
	}

	private Flux<String> stream() {
		return Flux.deferContextual((context) -> {
			Flux<String> answer = Flux.just("an", "swer").subscribeOn(Schedulers.boundedElastic());
			return ClaimedCall.isClaimed(RunType.LLM, context) ? answer
					: this.manager.run(SPEC, new CountingEvents(), (run) -> answer.contextWrite(ClaimedCall::in));
		});
	}

	private int runs() {
		return this.probe.of(ChatModelStart.class).size();
	}

	@Test
	@DisplayName("G38 a blocking call inside a call that has a run opens none")
	void shouldOpenOneRunForABlockingCall() {
		this.manager.callInPlace(SPEC, new CountingEvents(), () -> ClaimedCall.call(this::block));
		assertThat(runs()).isEqualTo(1);
		block();
		assertThat(runs()).isEqualTo(2);
	}

	@Test
	@DisplayName("G38 a stream inside a call that has a run opens none, on whatever thread")
	void shouldOpenOneRunForAStream() {
		Flux<String> wrapped = Flux.defer(this::stream).subscribeOn(Schedulers.parallel());
		this.manager.run(SPEC, new CountingEvents(), (run) -> wrapped.contextWrite(ClaimedCall::in))
			.blockLast(Await.TIMEOUT);
		assertThat(runs()).isEqualTo(1);
		stream().blockLast(Await.TIMEOUT);
		assertThat(runs()).isEqualTo(2);
	}

	@Test
	@DisplayName("G38 a blocking call inside a stream's call opens none, and the other way round")
	void shouldOpenOneRunWhicheverIsInside() {
		Flux<String> blocking = Flux.deferContextual(
				(context) -> Mono.fromCallable(() -> ClaimedCall.isClaimed(RunType.LLM, context) ? "answer" : block()));
		this.manager.run(SPEC, new CountingEvents(), (run) -> blocking.contextWrite(ClaimedCall::in))
			.blockLast(Await.TIMEOUT);
		this.manager.callInPlace(SPEC, new CountingEvents(), () -> ClaimedCall.call(() -> stream().blockFirst()));
		assertThat(runs()).isEqualTo(2);
	}

	@Test
	@DisplayName("G38 the work of a run is not a call that it has claimed")
	void shouldOpenARunInUnclaimedWork() {
		this.manager.callInPlace(SPEC, new CountingEvents(), this::block);
		assertThat(runs()).isEqualTo(2);
	}

	@Test
	@DisplayName("G38 a run of another type, and a run inside, are not claimed")
	void shouldOpenRunsInsideOtherRuns() {
		RunSpec tool = new RunSpec(RunType.TOOL, "tool", RunOptions.NONE);
		this.manager.callInPlace(tool, new ChainEvents<>("in"), () -> ClaimedCall.call(this::block));
		assertThat(runs()).isEqualTo(1);
		RunSpec inner = new RunSpec(RunType.CHAIN, "inner", RunOptions.NONE);
		this.manager.callInPlace(SPEC, new CountingEvents(),
				() -> ClaimedCall.call(() -> this.manager.callInPlace(inner, new ChainEvents<>("in"), this::block)));
		assertThat(runs()).isEqualTo(3);
	}

	@Test
	@DisplayName("G38 what a handler calls is not claimed, also where the handler is called on the caller's thread")
	void shouldOpenARunInsideACallback() {
		Probe inline = new Probe();
		CallbackManager manager = Bench
			.of(HandlerKind.SYNC_CLASS.registration(this.probe), HandlerKind.SYNC_INLINE.registration(inline))
			.manager();
		inline.on(ChatModelStart.class, (start) -> Mono
			.fromRunnable(() -> assertThat(ClaimedCall.isClaimed(RunType.LLM, Context.empty())).isFalse()));
		manager.callInPlace(SPEC, new CountingEvents(), () -> ClaimedCall.call(() -> {
			manager.customEvent("note", 1).block(Await.TIMEOUT);
			return "answer";
		}));
		assertThat(inline.names()).contains("CustomEvent");
	}

}
