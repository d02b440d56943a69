package dev.llmcallbacks.sample.chat;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.sample.ChatClients;
import dev.llmcallbacks.sample.SampleProperties;

/**
 * Answers a prompt as {@link AnswerEvents} says.
 */
@RestController
class ChatController {

	private final ChatClients clients;

	private final SampleProperties properties;

	ChatController(ChatClients clients, SampleProperties properties) {
		this.clients = clients;
		this.properties = properties;
	}

	@GetMapping(path = "/chat", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<ServerSentEvent<?>> chat(@RequestParam String prompt, @RequestParam(defaultValue = "") String provider) {
		RequestText.check("prompt", prompt);
		ChatClient client = client(provider.isBlank() ? this.properties.provider() : provider);
		return AnswerEvents.of(client.prompt(prompt).tags(AnswerEvents.TAG).events(AnswerEvents.TYPES));
	}

	private ChatClient client(String provider) {
		return this.clients.find(provider)
			.orElseThrow(() -> ChatProblems.problem(HttpStatus.BAD_REQUEST,
					"The parameter 'provider' names none of the configured providers: %s."
						.formatted(this.clients.names())));
	}

}
