package dev.llmcallbacks.tool;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ManagerHolder;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.PrintableText;

/**
 * Default {@link Tools}.
 */
final class DefaultTools implements Tools, ManagerHolder {

	private static final int MAX_NAME_LENGTH = 100;

	private final Map<String, Tool> byName;

	private final @Nullable Supplier<? extends @Nullable CallbackManager> manager;

	DefaultTools(Iterable<? extends Tool> tools, @Nullable Supplier<? extends @Nullable CallbackManager> manager) {
		Map<String, Tool> byName = new LinkedHashMap<>();
		tools.forEach((tool) -> add(tool, byName));
		this.byName = Collections.unmodifiableMap(byName);
		this.manager = manager;
	}

	private static void add(Tool tool, Map<String, Tool> byName) {
		if (byName.putIfAbsent(tool.definition().name(), tool) != null) {
			throw new IllegalArgumentException("There are two tools with the name '%s': give one of them another name"
				.formatted(tool.definition().name()));
		}
	}

	@Override
	public Tools and(Iterable<? extends Tool> others) {
		return new DefaultTools(
				Stream.concat(this.byName.values().stream(), StreamSupport.stream(others.spliterator(), false))
					.toList(),
				this.manager);
	}

	@Override
	public Tools withManager(CallbackManager callbackManager) {
		return new DefaultTools(this.byName.values().stream().map((tool) -> tool.withManager(callbackManager)).toList(),
				() -> callbackManager);
	}

	@Override
	public Tools decoratedBy(List<? extends ToolDecorator> decorators) {
		return decorators.isEmpty() ? this : new DefaultTools(
				this.byName.values().stream().map((tool) -> tool.decoratedBy(decorators)).toList(), this.manager);
	}

	@Override
	public @Nullable Supplier<? extends @Nullable CallbackManager> managerSupplier() {
		return this.manager;
	}

	@Override
	public Tools withDefaultManager(Supplier<? extends @Nullable CallbackManager> manager) {
		return new DefaultTools(this.byName.values().stream().map((tool) -> withDefaultManager(tool, manager)).toList(),
				(this.manager != null) ? this.manager : manager);
	}

	private static Tool withDefaultManager(Tool tool, Supplier<? extends @Nullable CallbackManager> manager) {
		return (tool instanceof ManagerHolder holder) ? (Tool) holder.withDefaultManager(manager) : tool;
	}

	@Override
	public List<ToolDefinition> definitions() {
		return this.byName.values().stream().map(Tool::definition).toList();
	}

	@Override
	public List<Tool> toList() {
		return List.copyOf(this.byName.values());
	}

	@Override
	public Iterator<Tool> iterator() {
		return this.byName.values().iterator();
	}

	@Override
	public Mono<ToolMessage> call(ToolCall toolCall) {
		Tool tool = this.byName.get(toolCall.name());
		return (tool != null) ? tool.call(toolCall) : unknown(toolCall);
	}

	@Override
	public Mono<ToolMessage> callOrFail(ToolCall toolCall) {
		Tool tool = this.byName.get(toolCall.name());
		return (tool != null) ? tool.callOrFail(toolCall) : unknown(toolCall);
	}

	private Mono<ToolMessage> unknown(ToolCall toolCall) {
		String tools = "The tools are: " + String.join(", ", this.byName.keySet());
		return rejected(toolCall, null, new InvalidToolCallException("There is no such tool. " + tools,
				"There is no tool '%s'. %s".formatted(PrintableText.of(toolCall.name(), MAX_NAME_LENGTH), tools)));
	}

	@Override
	public Mono<ToolMessage> reject(ToolCall toolCall, String reason) {
		Tool tool = this.byName.get(toolCall.name());
		return rejected(toolCall, (tool != null) ? tool.definition() : null, new InvalidToolCallException(reason));
	}

	private Mono<ToolMessage> rejected(ToolCall toolCall, @Nullable ToolDefinition definition,
			InvalidToolCallException failure) {
		return new ToolRun(toolCall, definition, this.manager, (manager) -> Mono.error(failure)).answered();
	}

	@Override
	public String toString() {
		return "Tools" + this.byName.keySet();
	}

}
