package dev.llmcallbacks.langchain4j;

import java.util.ArrayList;
import java.util.List;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolDefinition;

/**
 * Requests of LangChain4j as requests of the library, and the other way round.
 */
final class Requests {

	private static final boolean OPEN_AI = ClassUtils
		.isPresent("dev.langchain4j.model.openai.OpenAiChatRequestParameters", Requests.class.getClassLoader());

	private static final boolean ANTHROPIC = ClassUtils
		.isPresent("dev.langchain4j.model.anthropic.AnthropicChatRequestParameters", Requests.class.getClassLoader());

	private final Messages messages;

	private final Refusals refusals;

	/**
	 * Create a mapping.
	 * @param messages converts the messages
	 * @param refusals refuses options that the model does not have
	 */
	Requests(Messages messages, Refusals refusals) {
		this.messages = messages;
		this.refusals = refusals;
	}

	/**
	 * Convert a request to one of the library.
	 * @param request the request
	 * @param defaults the parameters of the model for what the request leaves open
	 * @return the request with the options that LangChain4j has for all providers
	 */
	ChatRequest toRequest(dev.langchain4j.model.chat.request.ChatRequest request,
			@Nullable ChatRequestParameters defaults) {
		ChatRequestParameters parameters = (defaults != null) ? defaults.overrideWith(request.parameters())
				: request.parameters();
		return new ChatRequest(this.messages.toMessages(request.messages()), toOptions(parameters),
				ToolDefinitions.toDefinitions(orEmpty(parameters.toolSpecifications())));
	}

	/**
	 * Convert parameters to options.
	 * @param parameters the parameters
	 * @return the options
	 */
	static ChatOptions toOptions(ChatRequestParameters parameters) {
		Integer maxTokens = parameters.maxOutputTokens();
		return ChatOptions.builder()
			.model(parameters.modelName())
			.maxTokens((maxTokens != null && maxTokens > 0) ? maxTokens : null)
			.temperature(parameters.temperature())
			.topP(parameters.topP())
			.stopSequences(orEmpty(parameters.stopSequences()))
			.toolChoice(toToolChoice(parameters.toolChoice()))
			.build();
	}

	private static @Nullable ToolChoice toToolChoice(
			dev.langchain4j.model.chat.request.@Nullable ToolChoice toolChoice) {
		if (toolChoice == null) {
			return null;
		}
		return switch (toolChoice) {
			case AUTO -> ToolChoice.AUTO;
			case REQUIRED -> ToolChoice.REQUIRED;
			case NONE -> ToolChoice.NONE;
		};
	}

	private static <T> List<T> orEmpty(@Nullable List<T> list) {
		return (list != null) ? list : List.of();
	}

	/**
	 * Convert a request to one of LangChain4j.
	 * @param request the request
	 * @param defaults the parameters of the model, whose class says what it understands
	 * beyond the parameters of all providers
	 * @return the request
	 * @throws dev.llmcallbacks.model.InvalidRequestException if the model does not
	 * understand an option, or LangChain4j has no content for a file
	 */
	dev.langchain4j.model.chat.request.ChatRequest fromRequest(ChatRequest request,
			@Nullable ChatRequestParameters defaults) {
		return dev.langchain4j.model.chat.request.ChatRequest.builder()
			.messages(this.messages.fromMessages(request.messages()))
			.parameters(fromOptions(request, defaults))
			.build();
	}

	private ChatRequestParameters fromOptions(ChatRequest request, @Nullable ChatRequestParameters defaults) {
		ChatOptions options = request.options();
		this.refusals.refuse("strictTools", Boolean.FALSE.equals(options.strictTools()) ? null : options.strictTools());
		this.refusals.refuse("promptCacheTtl", options.promptCacheTtl());
		DefaultChatRequestParameters.Builder<?> builder = builder(options, defaults);
		ToolChoice choice = options.toolChoice();
		return builder.modelName(options.model())
			.maxOutputTokens(options.maxTokens())
			.temperature(options.temperature())
			.topP(options.topP())
			.stopSequences(options.stopSequences())
			.toolSpecifications(specifications(request.tools(), choice))
			.toolChoice(fromToolChoice(choice))
			.build();
	}

	private DefaultChatRequestParameters.Builder<?> builder(ChatOptions options,
			@Nullable ChatRequestParameters defaults) {
		if (OPEN_AI && OpenAiTypes.understands(defaults)) {
			return OpenAiTypes.parameters(options, this.refusals);
		}
		if (ANTHROPIC && AnthropicTypes.understands(defaults)) {
			return AnthropicTypes.parameters(options, this.refusals);
		}
		this.refusals.refuse("seed", options.seed());
		this.refusals.refuse("parallelToolCalls", options.parallelToolCalls());
		this.refusals.refuse("reasoningEffort", options.reasoningEffort());
		this.refusals.refuse("thinking", options.thinking());
		this.refusals.refuse("showReasoning", options.showReasoning());
		this.refusals.refuse("promptCacheKey", options.promptCacheKey());
		this.refusals.refuse("extraBody", options.extraBody().isEmpty() ? null : options.extraBody());
		return DefaultChatRequestParameters.builder().responseFormat(ResponseFormats.of(options, null));
	}

	// LangChain4j cannot name the tool that must be called: it is the only one offered
	private static List<ToolSpecification> specifications(List<ToolDefinition> tools, @Nullable ToolChoice choice) {
		List<ToolSpecification> specifications = new ArrayList<>(tools.size());
		for (ToolDefinition tool : tools) {
			if (choice == null || choice.mode() != ToolChoice.Mode.TOOL || tool.name().equals(choice.name())) {
				specifications.add(ToolDefinitions.fromDefinition(tool));
			}
		}
		return specifications;
	}

	private static dev.langchain4j.model.chat.request.@Nullable ToolChoice fromToolChoice(@Nullable ToolChoice choice) {
		if (choice == null) {
			return null;
		}
		return switch (choice.mode()) {
			case AUTO -> dev.langchain4j.model.chat.request.ToolChoice.AUTO;
			case NONE -> dev.langchain4j.model.chat.request.ToolChoice.NONE;
			case REQUIRED, TOOL -> dev.langchain4j.model.chat.request.ToolChoice.REQUIRED;
		};
	}

}
