package dev.llmcallbacks.springai;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.provider.ContentOrder;

/**
 * Reasoning in messages of Spring AI's models, and what else a provider needs to see
 * again of an answer. It goes back to a model of the same provider only.
 */
final class AnswerDetails {

	private static final Log logger = LogFactory.getLog(AnswerDetails.class);

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final String ORIGIN_PREFIX = "spring-ai:";

	/** Keys under which models keep reasoning as text in the metadata of a message. */
	private static final List<String> REASONING = List.of("reasoningContent", "thinking", "thinking_content");

	/** Key of OpenAI's model for reasoning, which it sends back. */
	private static final String OPENAI_REASONING = "reasoningContent";

	/** Key of OpenAI's model for further fields of tool calls, JSON texts by id. */
	private static final String OPENAI_TOOL_CALLS = "openai.tool_calls.additional_properties";

	/** Key of Anthropic's model for blocks of thinking. */
	private static final String ANTHROPIC_THINKING = "anthropicThinkingContents";

	/**
	 * Name of the type of Anthropic's blocks of thinking, a record that is not public.
	 */
	static final String ANTHROPIC_BLOCK_NAME = "org.springframework.ai.anthropic.AnthropicChatModel$AnthropicThinkingContent";

	/** Type of Anthropic's blocks of thinking. */
	private static final @Nullable Class<?> ANTHROPIC_BLOCK = block();

	private static final String THINKING = "thinking";

	private static final String TOOL_CALLS = "tool_calls";

	private AnswerDetails() {
	}

	private static @Nullable Class<?> block() {
		ClassLoader loader = AnswerDetails.class.getClassLoader();
		return ClassUtils.isPresent(ANTHROPIC_BLOCK_NAME, loader)
				? ClassUtils.resolveClassName(ANTHROPIC_BLOCK_NAME, loader) : null;
	}

	/**
	 * Return the reasoning in a message, which some models repeat in every chunk.
	 * @param message the message
	 * @return the reasoning, or {@code null} if there is none
	 */
	static @Nullable String reasoning(AssistantMessage message) {
		for (String key : REASONING) {
			if (message.getMetadata().get(key) instanceof String reasoning && !reasoning.isEmpty()) {
				return reasoning;
			}
		}
		List<Map<String, Object>> blocks = blocks(message);
		if (blocks.isEmpty()) {
			return null;
		}
		String thinking = blocks.stream()
			.map((block) -> block.get(THINKING))
			.filter(Objects::nonNull)
			.map(String::valueOf)
			.collect(Collectors.joining());
		return SpringAiMessages.presentOrNull(thinking);
	}

	/**
	 * Whether a message has Anthropic's blocks of thinking.
	 * @param message the message
	 * @return whether it has
	 */
	static boolean hasThinking(AssistantMessage message) {
		return message.getMetadata().get(ANTHROPIC_THINKING) instanceof List<?> blocks && !blocks.isEmpty();
	}

	/**
	 * Return what the provider needs to see again of a message.
	 * @param message the message
	 * @return the details; empty if there is nothing
	 */
	static Map<String, Object> of(AssistantMessage message) {
		List<Map<String, Object>> blocks = blocks(message);
		if (!blocks.isEmpty()) {
			return Map.of(ContentOrder.ORIGIN, ORIGIN_PREFIX + ProviderNames.ANTHROPIC, THINKING, blocks);
		}
		boolean reasoning = message.getMetadata().get(OPENAI_REASONING) instanceof String text && !text.isEmpty();
		Map<String, Object> toolCalls = texts(message.getMetadata().get(OPENAI_TOOL_CALLS));
		if (!reasoning && toolCalls.isEmpty()) {
			return Map.of();
		}
		String origin = ORIGIN_PREFIX + ProviderNames.OPENAI;
		return toolCalls.isEmpty() ? Map.of(ContentOrder.ORIGIN, origin)
				: Map.of(ContentOrder.ORIGIN, origin, TOOL_CALLS, toolCalls);
	}

	private static Map<String, Object> texts(@Nullable Object value) {
		Map<String, Object> texts = new LinkedHashMap<>();
		if (value instanceof Map<?, ?> map) {
			map.forEach((key, text) -> {
				if (key != null && text != null) {
					texts.put(key.toString(), text.toString());
				}
			});
		}
		return texts;
	}

	private static List<Map<String, Object>> blocks(AssistantMessage message) {
		Class<?> type = ANTHROPIC_BLOCK;
		if (type == null || !(message.getMetadata().get(ANTHROPIC_THINKING) instanceof List<?> blocks)
				|| !blocks.stream().allMatch(type::isInstance)) {
			return List.of();
		}
		try {
			return blocks.stream().map(AnswerDetails::fields).toList();
		}
		catch (JacksonException ex) {
			logger.debug("The thinking in an answer cannot be read", ex);
			return List.of();
		}
	}

	private static Map<String, Object> fields(Object block) {
		Map<String, Object> fields = new LinkedHashMap<>();
		for (Map.Entry<String, JsonNode> field : MAPPER.valueToTree(block).properties()) {
			if (field.getValue().isString()) {
				fields.put(field.getKey(), field.getValue().stringValue());
			}
		}
		return fields;
	}

	/**
	 * Return the metadata with which an answer goes back to a model.
	 * @param answer the answer
	 * @param provider the provider of the model
	 * @return the metadata; empty if the answer came from another one
	 */
	static Map<String, Object> metadata(AiMessage answer, String provider) {
		Map<String, Object> details = ContentOrder.detailsFor(answer, ORIGIN_PREFIX + provider);
		Map<String, Object> metadata = new LinkedHashMap<>();
		if (details.get(THINKING) instanceof List<?> blocks && ANTHROPIC_BLOCK != null) {
			Class<?> type = ANTHROPIC_BLOCK;
			metadata.put(ANTHROPIC_THINKING, blocks.stream().map((block) -> MAPPER.convertValue(block, type)).toList());
		}
		else if (!details.isEmpty()) {
			if (StringUtils.hasLength(answer.reasoning())) {
				metadata.put(OPENAI_REASONING, answer.reasoning());
			}
			metadata.put(OPENAI_TOOL_CALLS, texts(details.get(TOOL_CALLS)));
		}
		return metadata;
	}

}
