package dev.llmcallbacks.tool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;

/**
 * Tool with decorators around it.
 *
 * @param tool the tool itself
 * @param decorators the decorators, the first outermost
 * @param decorated the decorated tool
 */
record DecoratedTool(Tool tool, List<ToolDecorator> decorators, Tool decorated) implements Tool {

	static DecoratedTool of(Tool tool, List<? extends ToolDecorator> decorators) {
		return new DecoratedTool(tool, List.copyOf(decorators), decorate(tool, decorators));
	}

	/**
	 * Decorate a tool.
	 * @param tool the tool
	 * @param decorators the decorators, the first outermost
	 * @return what the first one returns
	 */
	static Tool decorate(Tool tool, List<? extends ToolDecorator> decorators) {
		Tool outermost = tool;
		for (int i = decorators.size() - 1; i >= 0; i--) {
			outermost = Objects.requireNonNull(decorators.get(i).decorate(outermost), "A ToolDecorator returned null");
		}
		return outermost;
	}

	/**
	 * Add decorators to others.
	 * @param others the others
	 * @param added the decorators to add, of which those that are there already are left
	 * out
	 * @return all of them
	 */
	static List<ToolDecorator> add(List<ToolDecorator> others, List<? extends ToolDecorator> added) {
		List<ToolDecorator> all = new ArrayList<>(others);
		added.stream().filter((decorator) -> !all.contains(decorator)).forEach(all::add);
		return all;
	}

	@Override
	public ToolDefinition definition() {
		return this.tool.definition();
	}

	@Override
	public Mono<ToolMessage> call(ToolCall toolCall) {
		return this.decorated.call(toolCall);
	}

	@Override
	public Mono<ToolMessage> callOrFail(ToolCall toolCall) {
		return this.decorated.callOrFail(toolCall);
	}

	@Override
	public Tool decoratedBy(List<? extends ToolDecorator> decorators) {
		return of(this.tool, add(this.decorators, decorators));
	}

	@Override
	public Tool withManager(CallbackManager callbackManager) {
		return of(this.tool.withManager(callbackManager), this.decorators);
	}

	@Override
	public Tool withTimeout(Duration timeout) {
		return of(this.tool.withTimeout(timeout), this.decorators);
	}

}
