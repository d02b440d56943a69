package dev.llmcallbacks.client;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelDecorator;
import dev.llmcallbacks.tool.ToolDecorator;

/**
 * Decorators of a client.
 *
 * @param ofModel the decorators of the model, the first outermost
 * @param ofTools the decorators of tools, the first outermost
 * @param decorated the decorated model, or {@code null} without decorators
 */
record Decorations(List<ChatModelDecorator> ofModel, List<ToolDecorator> ofTools, @Nullable ChatModel decorated) {

	static Decorations of(ChatModel model, List<ChatModelDecorator> modelDecorators,
			List<ToolDecorator> toolDecorators) {
		ChatModel outermost = null;
		if (!modelDecorators.isEmpty()) {
			outermost = new AttemptedModel(model);
			for (int i = modelDecorators.size() - 1; i >= 0; i--) {
				outermost = Objects.requireNonNull(modelDecorators.get(i).decorate(outermost),
						"A ChatModelDecorator returned null");
			}
		}
		return new Decorations(List.copyOf(modelDecorators), List.copyOf(toolDecorators), outermost);
	}

}
