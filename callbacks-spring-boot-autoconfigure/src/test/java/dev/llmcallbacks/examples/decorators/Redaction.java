package dev.llmcallbacks.examples.decorators;

import java.util.List;
import java.util.regex.Pattern;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelDecorator;

/**
 * Removes card numbers from what users and tools say before it is sent to the provider.
 */
@Component
class Redaction implements ChatModelDecorator {

	private static final Pattern CARD = Pattern.compile("\\b(?:\\d[ -]?){12,18}\\d\\b");

	@Override
	public ChatModel decorate(ChatModel delegate) {
		return new ChatModel() {

			@Override
			public Flux<ChatChunk> stream(ChatRequest request) {
				return delegate.stream(redact(request));
			}

			@Override
			public Mono<ChatResponse> call(ChatRequest request) {
				return delegate.call(redact(request));
			}

		};
	}

	private static ChatRequest redact(ChatRequest request) {
		List<ChatMessage> messages = request.messages().stream().map(Redaction::redact).toList();
		return new ChatRequest(messages, request.options(), request.tools());
	}

	private static ChatMessage redact(ChatMessage message) {
		if (message instanceof HumanMessage human) {
			return new HumanMessage(redact(human.text()), human.media());
		}
		if (message instanceof ToolMessage tool) {
			return new ToolMessage(tool.toolCallId(), redact(tool.text()), tool.error(), tool.media());
		}
		return message;
	}

	private static String redact(String text) {
		return CARD.matcher(text).replaceAll("[card]");
	}

}
