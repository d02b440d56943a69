package dev.llmcallbacks.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.unit.DataSize;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.client.ChatClientCustomizer;
import dev.llmcallbacks.client.MediaLimits;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelDecorator;
import dev.llmcallbacks.tool.ToolDecorator;
import dev.llmcallbacks.tool.Tools;

/**
 * What all chat clients of the application have in common.
 */
final class ChatClients {

	private final CallbackManager callbackManager;

	private final LlmRetryProperties retries;

	private final LlmTimeoutProperties timeouts;

	private final ObjectProvider<ChatModelDecorator> decorators;

	private final ObjectProvider<ToolDecorator> toolDecorators;

	private final ObjectProvider<ChatClientCustomizer> customizers;

	private final ObjectProvider<Tools> tools;

	ChatClients(CallbackManager callbackManager, LlmRetryProperties retries, LlmTimeoutProperties timeouts,
			ObjectProvider<ChatModelDecorator> decorators, ObjectProvider<ToolDecorator> toolDecorators,
			ObjectProvider<ChatClientCustomizer> customizers, ObjectProvider<Tools> tools) {
		this.callbackManager = callbackManager;
		this.retries = retries;
		this.timeouts = timeouts;
		this.decorators = decorators;
		this.toolDecorators = toolDecorators;
		this.customizers = customizers;
		this.tools = tools;
	}

	/**
	 * Make a builder of a client.
	 * @param chatModel the model
	 * @param options the options
	 * @param batchConcurrency how many conversations of a batch are processed at a time
	 * @param properties the properties of the client, in order of precedence
	 * @return the builder, customized
	 */
	ChatClient.Builder builder(ChatModel chatModel, ChatOptions options, int batchConcurrency,
			ChatOptionsProperties... properties) {
		ChatClient.Builder builder = ChatClient.builder(chatModel)
			.callbackManager(this.callbackManager)
			.defaultOptions(options)
			.batchConcurrency(batchConcurrency)
			.retryPolicy(this.retries.toPolicy())
			.timeLimits(this.timeouts.toLimits())
			.decorators(this.decorators.orderedStream().toArray(ChatModelDecorator[]::new))
			.toolDecorators(this.toolDecorators.orderedStream().toArray(ToolDecorator[]::new));
		builder.defaultSystem(ChatClients.<String>first(ChatOptionsProperties::getSystem, properties).orElse(null))
			.mediaLimits(new MediaLimits(
					ChatClients.<Integer>first(ChatOptionsProperties::getMaxMediaCount, properties)
						.orElse(MediaLimits.DEFAULT.maxCount()),
					ChatClients.<DataSize>first(ChatOptionsProperties::getMaxMediaSize, properties)
						.orElse(MediaLimits.DEFAULT.maxSize())))
			.defaultTools(tools(properties));
		this.customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder;
	}

	private static <T> Optional<T> first(Function<ChatOptionsProperties, @Nullable T> property,
			ChatOptionsProperties... properties) {
		return Arrays.stream(properties).flatMap((each) -> Stream.ofNullable(property.apply(each))).findFirst();
	}

	private List<ToolDefinition> tools(ChatOptionsProperties... properties) {
		for (ChatOptionsProperties each : properties) {
			List<String> names = each.getTools();
			if (names != null) {
				return names.stream().map(this::tool).toList();
			}
		}
		return List.of();
	}

	private ToolDefinition tool(String name) {
		Tools all = this.tools.getIfAvailable(Tools::of);
		return all.definitions()
			.stream()
			.filter((tool) -> tool.name().equals(name))
			.findFirst()
			.orElseThrow(
					() -> new FailureAnalyzedException("The tool '%s' of a chat client does not exist.".formatted(name),
							"Correct 'tools' of 'callbacks.chat' or of 'callbacks.clients.<name>'. The tools are %s."
								.formatted(all.definitions().stream().map(ToolDefinition::name).toList())));
	}

}
