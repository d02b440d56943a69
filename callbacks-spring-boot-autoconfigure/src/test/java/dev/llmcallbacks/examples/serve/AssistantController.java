package dev.llmcallbacks.examples.serve;

import java.time.Duration;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolProgress;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.handlers.CallbackEventSse;
import dev.llmcallbacks.message.ChatRequest;

/**
 * Answers a question with events: tokens and reasoning, the tools that are called, the
 * usage of each call of a model, and the end.
 */
@RestController
class AssistantController {

	private static final Logger logger = LoggerFactory.getLogger(AssistantController.class);

	private final Agent assistant;

	private final Duration keepAlive;

	AssistantController(Agent assistant, @Value("${assistant.keep-alive:PT15S}") Duration keepAlive) {
		this.assistant = assistant;
		this.keepAlive = keepAlive;
	}

	@GetMapping(path = "/assistant", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<ServerSentEvent<String>> assistant(@RequestParam String question) {
		return this.assistant
			.events(question, LlmNewToken.class, ToolStart.class, ToolProgress.class, ToolEnd.class, LlmEnd.class,
					ChainEnd.class)
			.map(AssistantController::withoutPrompt)
			.map(CallbackEventSse::from)
			.onErrorResume(AssistantController::failed)
			.transform(this::withComments);
	}

	// the request has the system message and the whole conversation
	private static CallbackEvent withoutPrompt(CallbackEvent event) {
		if (event instanceof LlmEnd end) {
			return new LlmEnd(end.run(), end.timestamp(), end.duration(), new ChatRequest(List.of()), end.modelCalled(),
					end.result(), end.timeToFirstToken(), end.timePerOutputToken());
		}
		return event;
	}

	// not with the name "error", which is the name of EventSource's own event
	private static Flux<ServerSentEvent<String>> failed(Throwable ex) {
		logger.warn("A question was not answered", ex);
		return Flux.just(ServerSentEvent.builder("{\"reason\":\"unavailable\"}").event("failed").build());
	}

	// a comment from time to time shows that the browser is there, while the model is
	// silent
	private Flux<ServerSentEvent<String>> withComments(Flux<ServerSentEvent<String>> events) {
		return events.publish((shared) -> {
			Flux<ServerSentEvent<String>> comments = Flux.interval(this.keepAlive)
				.onBackpressureDrop()
				.map((number) -> ServerSentEvent.<String>builder().comment("").build());
			return shared.mergeWith(comments.takeUntilOther(shared.ignoreElements()));
		}, 1);
	}

}
