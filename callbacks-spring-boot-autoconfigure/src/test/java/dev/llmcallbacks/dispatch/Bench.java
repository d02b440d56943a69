package dev.llmcallbacks.dispatch;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.springframework.core.task.TaskExecutor;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.ScriptedChatModel;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;

/**
 * A manager with the handlers of a test, and a client of a scripted model.
 */
final class Bench {

	private final CallbackManager manager;

	private final ScriptedChatModel model;

	private final ChatClient client;

	private Bench(CallbackManager manager, ScriptedChatModel model) {
		this.manager = manager;
		this.model = model;
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

	Bench answering(Function<ChatRequest, Flux<ChatChunk>> script) {
		return new Bench(this.manager, new ScriptedChatModel(script));
	}

	/** Answer with tokens that arrive several at a time. */
	Bench bursting(int burst, String... tokens) {
		return bursting(burst, ScriptedChatModel.tokens(tokens));
	}

	Bench bursting(int burst, Flux<ChatChunk> answer) {
		return bursting((chunks) -> chunks.buffer(burst), answer);
	}

	Bench bursting(Function<Flux<ChatChunk>, Flux<List<ChatChunk>>> bursts, Flux<ChatChunk> answer) {
		return new Bench(this.manager, new ScriptedChatModel((request) -> answer, bursts));
	}

	CallbackManager manager() {
		return this.manager;
	}

	ScriptedChatModel model() {
		return this.model;
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
