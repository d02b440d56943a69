package dev.llmcallbacks.springai;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.DefaultToolDefinition;

import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;

/**
 * Makes prompts for a model of Spring AI of requests of this library. What the model
 * would not send is refused.
 */
final class SpringAiPrompts {

	private final String provider;

	private final Refusals refusals;

	/**
	 * Create an object that makes prompts.
	 * @param provider the name of the provider
	 * @param model the class of the model, for messages
	 */
	SpringAiPrompts(String provider, String model) {
		this.provider = provider;
		this.refusals = new Refusals(provider, model);
	}

	/**
	 * Make a prompt.
	 * @param request the request
	 * @param defaults the options of the model, which those of the request are set upon
	 * @return the prompt
	 * @throws dev.llmcallbacks.model.InvalidRequestException if the model does not have
	 * an option, or would not send a file
	 */
	Prompt toPrompt(ChatRequest request, ChatOptions defaults) {
		ModelOptions further = further(defaults);
		return new Prompt(messages(request.messages(), further), options(request, defaults, further));
	}

	private ModelOptions further(ChatOptions defaults) {
		ModelOptions options = SpringAiFailures.OPENAI ? OpenAiTypes.options(defaults, this.refusals) : null;
		if (options == null && SpringAiFailures.ANTHROPIC) {
			options = AnthropicTypes.options(defaults, this.refusals);
		}
		return (options != null) ? options : new CommonOptions(this.refusals);
	}

	private ChatOptions options(ChatRequest request, ChatOptions defaults, ModelOptions further) {
		ChatOptions.Builder<?> builder = defaults.mutate();
		dev.llmcallbacks.message.ChatOptions options = request.options();
		if (options.model() != null) {
			builder.model(options.model());
		}
		if (options.maxTokens() != null) {
			builder.maxTokens(options.maxTokens());
		}
		if (options.temperature() != null) {
			builder.temperature(options.temperature());
		}
		if (options.topP() != null) {
			builder.topP(options.topP());
		}
		if (!options.stopSequences().isEmpty()) {
			builder.stopSequences(options.stopSequences());
		}
		further.set(options, builder);
		if (!request.tools().isEmpty()) {
			if (!(builder instanceof ToolCallingChatOptions.Builder<?> tools)) {
				throw this.refusals.unsupported("tools", "the model calls no tools");
			}
			tools.toolCallbacks(request.tools().stream().map(SpringAiPrompts::described).toList());
		}
		return builder.build();
	}

	// models of Spring AI describe the tools of a prompt and call none of them
	private static ToolCallback described(ToolDefinition definition) {
		return new DescribedTool(DefaultToolDefinition.builder()
			.name(definition.name())
			.description(definition.description())
			.inputSchema(definition.inputSchema())
			.build());
	}

	private List<Message> messages(List<ChatMessage> messages, ModelOptions further) {
		List<Message> converted = new ArrayList<>(messages.size());
		Map<String, String> toolNames = new HashMap<>();
		List<ToolResponseMessage.ToolResponse> results = new ArrayList<>();
		for (ChatMessage message : messages) {
			if (message instanceof ToolMessage result) {
				results.add(result(result, toolNames.get(result.toolCallId())));
				continue;
			}
			flush(results, converted);
			if (message instanceof AiMessage answer) {
				answer.toolCalls().forEach((call) -> toolNames.put(call.id(), call.name()));
				converted.add(answer(answer));
			}
			else if (message instanceof SystemMessage) {
				converted.add(new org.springframework.ai.chat.messages.SystemMessage(message.text()));
			}
			else {
				converted.add(UserMessage.builder()
					.text(message.text())
					.media(message.media().stream().map(further::media).toList())
					.build());
			}
		}
		flush(results, converted);
		return converted;
	}

	// the results of one round are one message: some providers require it
	private static void flush(List<ToolResponseMessage.ToolResponse> results, List<Message> messages) {
		if (!results.isEmpty()) {
			messages.add(ToolResponseMessage.builder().responses(List.copyOf(results)).build());
			results.clear();
		}
	}

	private ToolResponseMessage.ToolResponse result(ToolMessage result, @Nullable String name) {
		if (!result.media().isEmpty()) {
			throw this.refusals.unsupported(result.media().get(0),
					"results of tools are texts in it; use a message of the user");
		}
		return new ToolResponseMessage.ToolResponse(result.toolCallId(), SpringAiMessages.text(name), result.text());
	}

	private AssistantMessage answer(AiMessage answer) {
		return AssistantMessage.builder()
			.content(answer.text())
			.properties(AnswerDetails.metadata(answer, this.provider))
			.toolCalls(answer.toolCalls().stream().map(SpringAiPrompts::toolCall).toList())
			.build();
	}

	private static AssistantMessage.ToolCall toolCall(ToolCall call) {
		return new AssistantMessage.ToolCall(call.id(), "function", call.name(), call.arguments());
	}

	/**
	 * Tool that is only described to a model.
	 *
	 * @param getToolDefinition the description
	 */
	private record DescribedTool(
			org.springframework.ai.tool.definition.ToolDefinition getToolDefinition) implements ToolCallback {

		@Override
		public String call(String toolInput) {
			throw new UnsupportedOperationException("The caller of the model calls its tools");
		}

	}

}
