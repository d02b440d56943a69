package dev.llmcallbacks.sample.chat;

import java.util.List;

import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.handlers.CallbackEventSse;
import dev.llmcallbacks.message.ChatRequest;

/**
 * Events of an answer as server-sent events: tokens, tools, and the end of each call of a
 * model with its usage. A failure before the first event is answered with a problem (RFC
 * 9457), a later one is an event {@code failed} with the problem. A client that
 * disconnects cancels the run.
 */
final class AnswerEvents {

	/** Tag of the runs of answers. */
	static final String TAG = "chat";

	/** Tag of calls whose tokens are not the answer. */
	static final String DRAFT = "draft";

	/** Types of the events that a browser receives. */
	@SuppressWarnings("unchecked")
	static final Class<? extends CallbackEvent>[] TYPES = new Class[] { LlmNewToken.class, ToolStart.class,
			ToolEnd.class, LlmEnd.class, ChainEnd.class };

	private AnswerEvents() {
	}

	/**
	 * Convert the events of an answer.
	 * @param events events of the {@link #TYPES}
	 * @return the server-sent events
	 */
	static Flux<ServerSentEvent<?>> of(Flux<CallbackEvent> events) {
		return events.filter(AnswerEvents::isShown)
			.map(AnswerEvents::withoutRequest)
			.<ServerSentEvent<?>>map(CallbackEventSse::from)
			.onErrorMap(ChatProblems::of)
			.switchOnFirst((first, shown) -> first.isOnError() ? shown
					: shown.onErrorResume(ChatProblems.Problem.class, (problem) -> Flux.just(failed(problem))));
	}

	private static boolean isShown(CallbackEvent event) {
		if (event instanceof LlmNewToken) {
			return !event.run().tags().contains(DRAFT);
		}
		return !(event instanceof ChainEnd) || event.run().parentId() == null;
	}

	// the request has the system message
	private static CallbackEvent withoutRequest(CallbackEvent event) {
		if (event instanceof LlmEnd end) {
			return new LlmEnd(end.run(), end.timestamp(), end.duration(), new ChatRequest(List.of()),
					end.modelCalled(), end.result(), end.timeToFirstToken(), end.timePerOutputToken());
		}
		return event;
	}

	private static ServerSentEvent<?> failed(ChatProblems.Problem problem) {
		return ServerSentEvent.builder(problem.getBody()).event("failed").build();
	}

}
