package dev.llmcallbacks.springai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.MediaContent;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.provider.ToolArguments;

/**
 * Converts messages, requests and responses of Spring AI to those of this library.
 * Nothing that a provider leaves out makes a conversion fail.
 */
final class SpringAiMessages {

	private static final Map<String, FinishReason> FINISH_REASONS = Map.ofEntries(Map.entry("stop", FinishReason.STOP),
			Map.entry("end_turn", FinishReason.STOP), Map.entry("stop_sequence", FinishReason.STOP),
			Map.entry("length", FinishReason.LENGTH), Map.entry("max_tokens", FinishReason.LENGTH),
			Map.entry("model_context_window_exceeded", FinishReason.LENGTH),
			Map.entry("tool_calls", FinishReason.TOOL_CALLS), Map.entry("tool_use", FinishReason.TOOL_CALLS),
			Map.entry("function_call", FinishReason.TOOL_CALLS), Map.entry("pause_turn", FinishReason.PAUSED),
			Map.entry("content_filter", FinishReason.CONTENT_FILTER), Map.entry("refusal", FinishReason.CONTENT_FILTER),
			Map.entry("safety", FinishReason.CONTENT_FILTER));

	private SpringAiMessages() {
	}

	static ChatRequest toRequest(Prompt prompt) {
		List<ChatMessage> messages = new ArrayList<>();
		prompt.getInstructions().forEach((message) -> messages.addAll(toMessages(message)));
		return new ChatRequest(messages, toOptions(prompt), toTools(prompt));
	}

	private static List<ChatMessage> toMessages(Message message) {
		if (message instanceof ToolResponseMessage responses) {
			return responses.getResponses()
				.stream()
				.<ChatMessage>map((response) -> new ToolMessage(text(response.id()), text(response.responseData())))
				.toList();
		}
		if (message instanceof AssistantMessage assistant) {
			return List.of(toAiMessage(assistant));
		}
		String text = text(message.getText());
		if (message.getMessageType() == MessageType.SYSTEM) {
			return List.of(new SystemMessage(text));
		}
		return List.of(new HumanMessage(text,
				(message instanceof MediaContent content) ? SpringAiMedia.toMedia(content.getMedia()) : List.of()));
	}

	static AiMessage toAiMessage(AssistantMessage message) {
		return new AiMessage(text(message.getText()),
				message.getToolCalls().stream().map(SpringAiMessages::toToolCall).toList(),
				AnswerDetails.reasoning(message), AnswerDetails.of(message));
	}

	static ToolCall toToolCall(AssistantMessage.ToolCall call) {
		String arguments = text(call.arguments());
		return new ToolCall(text(call.id()), text(call.name()), arguments.isBlank() ? "{}" : arguments,
				ToolArguments.parse(arguments));
	}

	private static ChatOptions toOptions(Prompt prompt) {
		org.springframework.ai.chat.prompt.ChatOptions options = prompt.getOptions();
		if (options == null) {
			return ChatOptions.NONE;
		}
		Integer maxTokens = options.getMaxTokens();
		List<String> stopSequences = options.getStopSequences();
		return ChatOptions.builder()
			.model(options.getModel())
			.maxTokens((maxTokens != null && maxTokens > 0) ? maxTokens : null)
			.temperature(options.getTemperature())
			.topP(options.getTopP())
			.stopSequences((stopSequences != null) ? stopSequences : List.of())
			.build();
	}

	private static List<ToolDefinition> toTools(Prompt prompt) {
		if (!(prompt.getOptions() instanceof ToolCallingChatOptions options) || options.getToolCallbacks() == null) {
			return List.of();
		}
		return options.getToolCallbacks()
			.stream()
			.map(ToolCallback::getToolDefinition)
			.map((tool) -> new ToolDefinition(text(tool.name()), text(tool.description()), text(tool.inputSchema())))
			.toList();
	}

	static ChatResponse toResponse(org.springframework.ai.chat.model.@Nullable ChatResponse response) {
		if (response == null) {
			return new ChatResponse(List.of(), LlmOutput.NONE);
		}
		LlmOutput output = new LlmOutput(presentOrNull(response.getMetadata().getModel()),
				toUsage(response.getMetadata().getUsage()), presentOrNull(response.getMetadata().getId()));
		return new ChatResponse(answers(response).stream().map(SpringAiMessages::toGeneration).toList(), output);
	}

	/**
	 * Return the choices of a response. Anthropic's model makes generations of its blocks
	 * of thinking, too, which the last one has as well.
	 * @param response the response
	 * @return the generations without those
	 */
	static List<Generation> answers(org.springframework.ai.chat.model.ChatResponse response) {
		List<Generation> generations = response.getResults();
		int last = generations.size() - 1;
		return (last > 0 && AnswerDetails.hasThinking(generations.get(last).getOutput()))
				? generations.subList(last, last + 1) : generations;
	}

	private static ChatGeneration toGeneration(Generation generation) {
		String reason = rawFinishReason(generation);
		return new ChatGeneration(toAiMessage(generation.getOutput()), finishReason(reason), reason, Map.of());
	}

	static @Nullable String rawFinishReason(Generation generation) {
		return presentOrNull(generation.getMetadata().getFinishReason());
	}

	static @Nullable FinishReason finishReason(@Nullable String raw) {
		return (raw != null) ? FINISH_REASONS.getOrDefault(raw.toLowerCase(Locale.ROOT), FinishReason.OTHER) : null;
	}

	/**
	 * Convert a usage. Tokens of the prompt that came from Anthropic's cache are not in
	 * its number of prompt tokens.
	 * @param usage the usage, or {@code null}
	 * @return the usage, {@link TokenUsage#NONE} if it is not known
	 */
	static TokenUsage toUsage(@Nullable Usage usage) {
		if (usage == null) {
			return TokenUsage.NONE;
		}
		int cacheRead = number(usage.getCacheReadInputTokens());
		int cacheWrite = number(usage.getCacheWriteInputTokens());
		int input = number(usage.getPromptTokens());
		Object nativeUsage = usage.getNativeUsage();
		if (nativeUsage != null && nativeUsage.getClass().getName().startsWith("com.anthropic.")) {
			input += cacheRead + cacheWrite;
		}
		int output = number(usage.getCompletionTokens());
		return new TokenUsage(input, output, input + output, cacheRead, cacheWrite, 0);
	}

	private static int number(@Nullable Number number) {
		return (number != null) ? number.intValue() : 0;
	}

	static Document toDocument(org.springframework.ai.document.Document document) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		document.getMetadata().forEach((name, value) -> {
			if (name != null && value != null) {
				metadata.put(name, value);
			}
		});
		return new Document(document.getId(), text(document.getText()), metadata, document.getScore());
	}

	static @Nullable String presentOrNull(@Nullable String text) {
		return (text != null && !text.isEmpty()) ? text : null;
	}

	static String text(@Nullable String text) {
		return Objects.requireNonNullElse(text, "");
	}

}
