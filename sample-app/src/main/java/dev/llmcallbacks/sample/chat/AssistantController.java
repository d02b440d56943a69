package dev.llmcallbacks.sample.chat;

import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.chain.Chain;

/**
 * Has the agent answer a question, and the chain write about a topic, as
 * {@link AnswerEvents} says. Tokens that the chain's parts make on the way do not go out.
 */
@RestController
class AssistantController {

	private static final RunOptions TAGGED = RunOptions.builder().tags(AnswerEvents.TAG).build();

	private final Agent assistant;

	private final Chain<String, String> note;

	AssistantController(Agent assistant, Chain<String, String> note) {
		this.assistant = assistant;
		this.note = note;
	}

	@GetMapping(path = "/assistant", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<ServerSentEvent<?>> assistant(@RequestParam String question) {
		RequestText.check("question", question);
		return AnswerEvents.of(this.assistant.withOptions(TAGGED).events(question, AnswerEvents.TYPES));
	}

	@GetMapping(path = "/chain", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<ServerSentEvent<?>> chain(@RequestParam String topic) {
		RequestText.check("topic", topic);
		return AnswerEvents.of(this.note.withOptions(TAGGED).events(topic, AnswerEvents.TYPES));
	}

}
