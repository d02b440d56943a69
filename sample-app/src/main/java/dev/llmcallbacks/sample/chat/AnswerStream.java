package dev.llmcallbacks.sample.chat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.Run;

/**
 * An answer as server-sent events: {@code token} for each token as it comes, then
 * {@code end}; the id of each is the id of the run. What fails before the first token is
 * answered with a problem (RFC 9457), what fails later ends with an event {@code error}.
 * A client that goes away cancels the run.
 */
final class AnswerStream {

	static final String TAG = "chat";

	private final UUID run = Run.newId();

	private final List<LlmResult> results = new CopyOnWriteArrayList<>();

	UUID run() {
		return this.run;
	}

	/**
	 * Return what has to hear of the answer's run and of the runs inside it.
	 * @return a handler
	 */
	CallbackHandler listener() {
		return CallbackHandler.on(LlmEnd.class, (end) -> this.results.add(end.result()));
	}

	RunOptions options() {
		return RunOptions.builder().runId(this.run).tags(TAG).callbacks(listener()).build();
	}

	/**
	 * Turn an answer into events.
	 * @param tokens the answer's tokens, from a run with the {@link #options()}
	 * @return the events
	 */
	Flux<ServerSentEvent<Object>> of(Flux<String> tokens) {
		Mono<ServerSentEvent<Object>> end = Mono.fromSupplier(() -> event("end", ChatEnd.of(this.results)));
		return tokens.map((token) -> event("token", new ChatToken(token)))
			.concatWith(end)
			.onErrorMap(ChatProblems::of)
			.switchOnFirst((first, events) -> first.isOnError() ? events : events
				.onErrorResume(ChatProblems.Problem.class, (problem) -> Flux.just(event("error", problem.getBody()))));
	}

	private ServerSentEvent<Object> event(String name, Object data) {
		return ServerSentEvent.builder(data).id(this.run.toString()).event(name).build();
	}

}
