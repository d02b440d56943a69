package dev.llmcallbacks.sample.scripted;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

/**
 * Model that responds from a script, token by token at a pace that people can follow.
 */
public final class ScriptedModel implements ChatModel {

	private static final int TOKENS_BEFORE_BREAKING_OFF = 3;

	private final Duration pace;

	/**
	 * Create a model.
	 * @param pace the time from one token to the next, {@link Duration#ZERO} for none
	 */
	public ScriptedModel(Duration pace) {
		this.pace = pace;
	}

	@Override
	public Flux<ChatChunk> stream(ChatRequest request) {
		return answer(request).chunks(request);
	}

	@Override
	public Mono<ChatResponse> call(ChatRequest request) {
		return new ScriptedChatModel(answer(request)).call(request);
	}

	private ScriptedAnswer answer(ChatRequest request) {
		List<ChatMessage> messages = request.messages();
		String prompt = messages.get(messages.size() - 1).text();
		Mishap mishap = Mishap.wishedFor(prompt).orElse(null);
		if (mishap != null && mishap != Mishap.BROKEN_OFF) {
			return mishap.answer();
		}
		List<String> results = trailingResults(messages);
		if (results.isEmpty() && !request.tools().isEmpty()
				&& !ToolChoice.NONE.equals(request.options().toolChoice())) {
			return ToolScript.calls(prompt, request.tools()).withDelay(this.pace);
		}
		List<String> tokens = tokens(messages.get(messages.size() - 1), results);
		// the response begins at once, and its first token comes later
		ScriptedAnswer beginning = ScriptedAnswer.tokens("");
		if (mishap != null) {
			return beginning.then(paced(tokens.subList(0, Math.min(TOKENS_BEFORE_BREAKING_OFF, tokens.size()))))
				.then(mishap.answer());
		}
		return beginning.then(paced(tokens));
	}

	private static List<String> tokens(ChatMessage last, List<String> results) {
		if (!results.isEmpty()) {
			return ToolScript.answer(results);
		}
		return last.media().isEmpty() ? Script.answer(last.text()) : Script.description();
	}

	private ScriptedAnswer paced(List<String> tokens) {
		ScriptedAnswer answer = ScriptedAnswer.tokens(tokens.toArray(String[]::new));
		return this.pace.isZero() ? answer : answer.withDelay(this.pace);
	}

	// the results of the tools that were called last
	private static List<String> trailingResults(List<ChatMessage> messages) {
		List<String> results = new ArrayList<>();
		for (ChatMessage message : messages) {
			if (message instanceof ToolMessage result) {
				results.add(result.text());
			}
			else {
				results.clear();
			}
		}
		return results;
	}

}
