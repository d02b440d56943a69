package dev.llmcallbacks.sample.chat;

import java.util.UUID;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.sample.ChatClients;
import dev.llmcallbacks.sample.SampleProperties;

/**
 * Answers a prompt with server-sent events: {@code token} for each token as it comes,
 * then {@code end}; the id of each is the id of the run. What fails before the first
 * token is answered with a problem (RFC 9457), what fails later ends with an event
 * {@code error}. A client that goes away cancels the run.
 */
@RestController
class ChatController {

	private static final int MAX_PROMPT_LENGTH = 4000;

	private final ChatClients clients;

	private final SampleProperties properties;

	ChatController(ChatClients clients, SampleProperties properties) {
		this.clients = clients;
		this.properties = properties;
	}

	@GetMapping(path = "/chat", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<ServerSentEvent<Object>> chat(@RequestParam String prompt, @RequestParam(defaultValue = "") String provider) {
		check(prompt);
		ChatClient client = client(provider.isBlank() ? this.properties.provider() : provider);
		UUID run = Run.newId();
		Sinks.One<LlmResult> result = Sinks.one();
		Flux<ServerSentEvent<Object>> tokens = client.prompt(prompt)
			.runId(run)
			.tags("chat")
			.callbacks(CallbackHandler.on(LlmEnd.class, (end) -> result.tryEmitValue(end.result())))
			.content()
			.map((token) -> event(run, "token", new ChatToken(token)));
		Mono<ServerSentEvent<Object>> end = result.asMono().map((it) -> event(run, "end", ChatEnd.of(it)));
		return tokens.concatWith(end)
			.onErrorMap(ChatProblems::of)
			.switchOnFirst(
					(first, events) -> first.isOnError() ? events : events.onErrorResume(ChatProblems.Problem.class,
							(problem) -> Flux.just(event(run, "error", problem.getBody()))));
	}

	private static void check(String prompt) {
		if (prompt.isBlank()) {
			throw ChatProblems.problem(HttpStatus.BAD_REQUEST, "The parameter 'prompt' is blank.");
		}
		if (prompt.length() > MAX_PROMPT_LENGTH) {
			throw ChatProblems.problem(HttpStatus.BAD_REQUEST,
					"The parameter 'prompt' has %d characters; at most %d are allowed.".formatted(prompt.length(),
							MAX_PROMPT_LENGTH));
		}
	}

	private ChatClient client(String provider) {
		return this.clients.find(provider)
			.orElseThrow(() -> ChatProblems.problem(HttpStatus.BAD_REQUEST,
					"The parameter 'provider' names none of the configured providers: %s."
						.formatted(this.clients.names())));
	}

	private static ServerSentEvent<Object> event(UUID run, String name, Object data) {
		return ServerSentEvent.builder(data).id(run.toString()).event(name).build();
	}

}
