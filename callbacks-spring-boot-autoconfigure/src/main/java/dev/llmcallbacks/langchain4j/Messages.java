package dev.llmcallbacks.langchain4j;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.CustomMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.provider.ContentOrder;
import dev.llmcallbacks.provider.ToolArguments;

/**
 * Messages of LangChain4j as messages of the library, and the other way round. Names of
 * users and the attributes of messages of users and tools are lost.
 */
final class Messages {

	private static final String ORIGIN_PREFIX = "langchain4j:";

	/** The detail of a response under which its attributes are kept. */
	private static final String ATTRIBUTES = "attributes";

	private static final String NO_ARGUMENTS = "{}";

	private final String provider;

	private final String origin;

	/**
	 * Create a mapping.
	 * @param provider the provider of the model that the messages belong to. What it
	 * needs to see again goes back to the same provider only
	 */
	Messages(String provider) {
		this.provider = provider;
		this.origin = ORIGIN_PREFIX + provider;
	}

	/**
	 * Convert a conversation to messages of the library.
	 * @param messages the conversation
	 * @return the messages, as many and in the same order
	 */
	List<ChatMessage> toMessages(Collection<? extends dev.langchain4j.data.message.ChatMessage> messages) {
		return messages.stream().map(this::toMessage).toList();
	}

	private ChatMessage toMessage(dev.langchain4j.data.message.ChatMessage message) {
		if (message instanceof dev.langchain4j.data.message.SystemMessage system) {
			return new SystemMessage(system.text());
		}
		if (message instanceof dev.langchain4j.data.message.AiMessage answer) {
			return toAiMessage(answer);
		}
		if (message instanceof ToolExecutionResultMessage result) {
			return new ToolMessage(orEmpty(result.id()), text(result.contents()), Boolean.TRUE.equals(result.isError()),
					Contents.media(result.contents()));
		}
		if (message instanceof UserMessage user) {
			return new HumanMessage(text(user.contents()), Contents.media(user.contents()));
		}
		return new HumanMessage(
				(message instanceof CustomMessage custom) ? custom.attributes().toString() : message.toString());
	}

	/**
	 * Convert a response.
	 * @param message the response
	 * @return the response as a message of the library
	 */
	AiMessage toAiMessage(dev.langchain4j.data.message.AiMessage message) {
		return new AiMessage(orEmpty(message.text()),
				message.toolExecutionRequests().stream().map(Messages::toToolCall).toList(), message.thinking(),
				details(message));
	}

	/**
	 * Return what the provider needs to see again of a response.
	 * @param message the response
	 * @return the details of the message; empty if there are none
	 */
	Map<String, Object> details(dev.langchain4j.data.message.AiMessage message) {
		Map<String, Object> attributes = new LinkedHashMap<>(message.attributes());
		attributes.values().removeIf((value) -> !isJson(value));
		if (attributes.isEmpty() && message.thinking() == null) {
			return Map.of();
		}
		return attributes.isEmpty() ? Map.of(ContentOrder.ORIGIN, this.origin)
				: Map.of(ContentOrder.ORIGIN, this.origin, ATTRIBUTES, attributes);
	}

	// others, such as results of tools that ran on the provider's side, cannot be
	// recorded
	private static boolean isJson(@Nullable Object value) {
		if (value instanceof Collection<?> values) {
			return values.stream().allMatch(Messages::isJson);
		}
		if (value instanceof Map<?, ?> map) {
			return map.keySet().stream().allMatch(String.class::isInstance)
					&& map.values().stream().allMatch(Messages::isJson);
		}
		return value instanceof String || value instanceof Number || value instanceof Boolean;
	}

	/**
	 * Convert a call of a tool.
	 * @param request the call
	 * @return the call as one of the library
	 */
	static ToolCall toToolCall(ToolExecutionRequest request) {
		String arguments = (request.arguments() == null || request.arguments().isBlank()) ? NO_ARGUMENTS
				: request.arguments();
		return new ToolCall(orEmpty(request.id()), orEmpty(request.name()), arguments, ToolArguments.parse(arguments));
	}

	/**
	 * Return the text of contents.
	 * @param contents the contents
	 * @return the texts among them, on lines of their own
	 */
	static String text(List<? extends Content> contents) {
		return contents.stream()
			.filter(TextContent.class::isInstance)
			.map((content) -> ((TextContent) content).text())
			.collect(Collectors.joining("\n"));
	}

	/**
	 * Convert a conversation to messages of LangChain4j.
	 * @param messages the conversation
	 * @return the messages, in the same order. A blank instruction, which LangChain4j
	 * does not allow, is left out
	 * @throws dev.llmcallbacks.model.UnsupportedMediaException if LangChain4j has no
	 * content for a file
	 */
	List<dev.langchain4j.data.message.ChatMessage> fromMessages(List<ChatMessage> messages) {
		List<dev.langchain4j.data.message.ChatMessage> result = new ArrayList<>(messages.size());
		Map<String, String> toolNames = new HashMap<>();
		for (ChatMessage message : messages) {
			if (message instanceof AiMessage answer) {
				answer.toolCalls().forEach((call) -> toolNames.put(call.id(), call.name()));
				result.add(fromAiMessage(answer));
			}
			else if (message instanceof ToolMessage tool) {
				result.add(fromToolMessage(tool, toolNames.getOrDefault(tool.toolCallId(), "")));
			}
			else if (message instanceof HumanMessage human) {
				result.add(human.media().isEmpty() ? UserMessage.from(human.text())
						: UserMessage.from(Contents.of(human.text(), human.media(), this.provider)));
			}
			else if (!message.text().isBlank()) {
				result.add(dev.langchain4j.data.message.SystemMessage.from(message.text()));
			}
		}
		return result;
	}

	private ToolExecutionResultMessage fromToolMessage(ToolMessage result, String toolName) {
		ToolExecutionResultMessage.Builder builder = ToolExecutionResultMessage.builder()
			.id(result.toolCallId())
			.toolName(toolName)
			.isError(result.error());
		return (result.media().isEmpty() ? builder.text(result.text())
				: builder.contents(Contents.of(result.text(), result.media(), this.provider)))
			.build();
	}

	private dev.langchain4j.data.message.AiMessage fromAiMessage(AiMessage answer) {
		Map<String, Object> details = ContentOrder.detailsFor(answer, this.origin);
		dev.langchain4j.data.message.AiMessage.Builder builder = dev.langchain4j.data.message.AiMessage.builder()
			.text(answer.text().isEmpty() ? null : answer.text())
			.toolExecutionRequests(answer.toolCalls().stream().map(Messages::fromToolCall).toList());
		if (!details.isEmpty()) {
			builder.thinking(answer.reasoning()).attributes(attributes(details));
		}
		return builder.build();
	}

	private static Map<String, Object> attributes(Map<String, Object> details) {
		Map<String, Object> attributes = new LinkedHashMap<>();
		if (details.get(ATTRIBUTES) instanceof Map<?, ?> kept) {
			kept.forEach((name, value) -> attributes.put(String.valueOf(name), value));
		}
		return attributes;
	}

	/**
	 * Convert a call of a tool.
	 * @param toolCall the call
	 * @return the call as one of LangChain4j
	 */
	static ToolExecutionRequest fromToolCall(ToolCall toolCall) {
		return ToolExecutionRequest.builder()
			.id(toolCall.id())
			.name(toolCall.name())
			.arguments(toolCall.arguments())
			.build();
	}

	private static String orEmpty(@Nullable String text) {
		return (text != null) ? text : "";
	}

}
