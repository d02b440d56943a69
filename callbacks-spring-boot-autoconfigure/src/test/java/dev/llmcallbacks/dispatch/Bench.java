package dev.llmcallbacks.dispatch;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

import org.springframework.core.task.TaskExecutor;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.Chunks;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

/**
 * A manager with the handlers of a test, and a client of a scripted model.
 */
final class Bench {

	private final CallbackManager manager;

	private final ScriptedChatModel script;

	private final ChatClient client;

	private Bench(CallbackManager manager, ScriptedChatModel model) {
		this(manager, model, model);
	}

	private Bench(CallbackManager manager, ScriptedChatModel script, ChatModel model) {
		this.manager = manager;
		this.script = script;
		this.client = ChatClient.builder(model).callbackManager(manager).build();
	}

	static Bench of(HandlerRegistration... registrations) {
		return new Bench(CallbackManager.builder().registrations(Arrays.asList(registrations)).build(),
				ScriptedChatModel.of("a", "b", "c"));
	}

	static Bench of(TaskExecutor executor, HandlerRegistration... registrations) {
		return new Bench(
				CallbackManager.builder().executor(executor).registrations(Arrays.asList(registrations)).build(),
				ScriptedChatModel.of("a", "b", "c"));
	}

	static Bench of(HandlerKind kind, Probe probe) {
		return of(kind.registration(probe));
	}

	static Bench of(HandlerKind kind, Probe probe, UnaryOperator<TestSettings> settings) {
		return of(kind.registration(probe, settings));
	}

	Bench answering(String... tokens) {
		return new Bench(this.manager, ScriptedChatModel.of(tokens));
	}

	Bench answering(Flux<ChatChunk> answer) {
		return answering((request) -> answer);
	}

	Bench answering(ScriptedAnswer script) {
		return new Bench(this.manager, new ScriptedChatModel(script));
	}

	/** Answer with tokens that arrive several at a time. */
	Bench bursting(int burst, String... tokens) {
		return bursting(burst, Chunks.tokens(tokens));
	}

	Bench bursting(int burst, Flux<ChatChunk> answer) {
		ScriptedChatModel script = new ScriptedChatModel((request) -> answer);
		return new Bench(this.manager, script, new BurstModel(script, burst));
	}

	CallbackManager manager() {
		return this.manager;
	}

	/** The number of calls that the model has received. */
	int calls() {
		return this.script.calls().size();
	}

	/** The number of calls of the model that were cancelled. */
	long cancelledCalls() {
		return this.script.calls().stream().filter((call) -> call.outcome() == Outcome.CANCELLED).count();
	}

	ChatClient client() {
		return this.client;
	}

	HandlerStatistics statistics() {
		List<HandlerStatistics> all = this.manager.statistics();
		return all.get(all.size() - 1);
	}

	int liveRuns() {
		return ((DefaultCallbackManager) this.manager).registry().count();
	}

	void awaitNoLiveRuns() {
		Await.until("no live runs", () -> liveRuns() == 0);
	}

}
