package dev.llmcallbacks.agent;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.ActiveRun;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.ManagerHolder;
import dev.llmcallbacks.dispatch.ManagerLookup;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.RunType;

/**
 * Default {@link Agent}.
 */
final class DefaultAgent implements Agent, ManagerHolder {

	private final AgentSettings settings;

	DefaultAgent(AgentSettings settings) {
		this.settings = settings;
	}

	@Override
	public Mono<LlmResult> invoke(List<? extends ChatMessage> messages) {
		List<ChatMessage> conversation = List.copyOf(messages);
		return CurrentRun.captured(Mono.defer(() -> {
			AgentRounds rounds = new AgentRounds(this.settings, conversation);
			return run(rounds, rounds::whole).then(Mono.fromSupplier(rounds::result));
		}));
	}

	@Override
	public Flux<ChatChunk> stream(List<? extends ChatMessage> messages) {
		List<ChatMessage> conversation = List.copyOf(messages);
		return CurrentRun.captured(Flux.defer(() -> {
			AgentRounds rounds = new AgentRounds(this.settings, conversation);
			return run(rounds, rounds::streamed);
		}));
	}

	private Flux<ChatChunk> run(AgentRounds rounds, Function<ActiveRun, Flux<ChatChunk>> work) {
		return Flux.deferContextual((context) -> {
			CallbackManager manager = ManagerLookup.find(context, this.settings.manager(),
					"Agent '" + this.settings.name() + "'");
			RunSpec spec = new RunSpec(RunType.AGENT, this.settings.name(), this.settings.runOptions().next());
			return manager.run(spec, new AgentEvents(rounds), (run) -> limit(work.apply(run), manager));
		});
	}

	private Flux<ChatChunk> limit(Flux<ChatChunk> work, CallbackManager manager) {
		Duration own = this.settings.timeout();
		Duration limit = (own != null) ? own : manager.limits().agentTimeout();
		return limit.isZero() ? work
				: work.takeUntilOther(Mono.delay(limit)
					.then(Mono.error(() -> new AgentTimeoutException(this.settings.name(), limit,
							(own != null) ? "Agent.Builder.timeout(…)" : "'callbacks.timeouts.agent'"))));
	}

	@Override
	public Agent withOptions(RunOptions options) {
		return new DefaultAgent(this.settings.with(options));
	}

	@Override
	public Agent withManager(CallbackManager callbackManager) {
		return new DefaultAgent(this.settings.with(() -> callbackManager));
	}

	@Override
	public @Nullable Supplier<? extends @Nullable CallbackManager> managerSupplier() {
		return this.settings.manager();
	}

	@Override
	public Agent withDefaultManager(Supplier<? extends @Nullable CallbackManager> manager) {
		return (this.settings.manager() != null) ? this : new DefaultAgent(this.settings.with(manager));
	}

}
