package dev.llmcallbacks.tool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;

/**
 * The tools that a model is offered, each with a name of its own. Immutable.
 */
public final class Tools implements Iterable<Tool> {

	private final Map<String, Tool> byName;

	private final @Nullable CallbackManager callbackManager;

	private Tools(Stream<? extends Tool> tools, @Nullable CallbackManager callbackManager) {
		Map<String, Tool> byName = new LinkedHashMap<>();
		tools.forEach((tool) -> add(tool, byName));
		this.byName = Collections.unmodifiableMap(byName);
		this.callbackManager = callbackManager;
	}

	private static void add(Tool tool, Map<String, Tool> byName) {
		if (byName.putIfAbsent(tool.definition().name(), tool) != null) {
			throw new IllegalArgumentException("There are two tools with the name '%s': give one of them another name"
				.formatted(tool.definition().name()));
		}
	}

	/**
	 * Put tools together.
	 * @param tools the tools
	 * @return the tools
	 */
	public static Tools of(Tool... tools) {
		return new Tools(Arrays.stream(tools), null);
	}

	/**
	 * Put tools together.
	 * @param tools the tools
	 * @return the tools
	 */
	public static Tools of(Collection<? extends Tool> tools) {
		return new Tools(tools.stream(), null);
	}

	/**
	 * Make tools of methods.
	 * @param beans objects, or Spring's proxies of objects, with {@link LlmTool @LlmTool}
	 * methods
	 * @return the tools, those of one object in the order of their methods' names. Throws
	 * an {@link IllegalArgumentException} that says what is wrong with a method
	 */
	public static Tools from(Object... beans) {
		return new Tools(Arrays.stream(beans)
			.flatMap((bean) -> MethodTools.of(AopUtils.getTargetClass(bean), () -> bean).stream()), null);
	}

	/**
	 * Make tools of the methods of an object that need not be there yet.
	 * @param type the object's class, with {@link LlmTool @LlmTool} methods
	 * @param bean asked for the object, or for Spring's proxy of it, at each call
	 * @return the tools, in the order of their methods' names
	 */
	public static Tools from(Class<?> type, Supplier<?> bean) {
		return new Tools(MethodTools.of(type, bean).stream(), null);
	}

	/**
	 * Return these tools and others.
	 * @param others the others
	 * @return the tools, these first
	 */
	public Tools and(Iterable<? extends Tool> others) {
		return new Tools(
				Stream.concat(this.byName.values().stream(), StreamSupport.stream(others.spliterator(), false)),
				this.callbackManager);
	}

	/**
	 * Return these tools with a manager that opens their runs where no run is in force.
	 * @param callbackManager the manager
	 * @return the tools
	 */
	public Tools withManager(CallbackManager callbackManager) {
		return new Tools(this.byName.values().stream().map((tool) -> tool.withManager(callbackManager)),
				callbackManager);
	}

	/**
	 * Return what the model is told of the tools.
	 * @return the definitions, in the order of the tools
	 */
	public List<ToolDefinition> definitions() {
		return this.byName.values().stream().map(Tool::definition).toList();
	}

	/**
	 * Return the tools.
	 * @return the tools, in order
	 */
	public List<Tool> toList() {
		return new ArrayList<>(this.byName.values());
	}

	@Override
	public Iterator<Tool> iterator() {
		return this.byName.values().iterator();
	}

	/**
	 * Call the tool that a model wants called.
	 * @param toolCall what the model wants
	 * @return as {@link Tool#call}; a call of a tool that is not among these is a run
	 * too, and not valid
	 */
	public Mono<ToolMessage> call(ToolCall toolCall) {
		Tool tool = this.byName.get(toolCall.name());
		return (tool != null) ? tool.call(toolCall) : unknown(toolCall);
	}

	/**
	 * Call the tool that a model wants called, and fail as it does.
	 * @param toolCall what the model wants
	 * @return as {@link Tool#callOrFail}; a call of a tool that is not among these is
	 * answered
	 */
	public Mono<ToolMessage> callOrFail(ToolCall toolCall) {
		Tool tool = this.byName.get(toolCall.name());
		return (tool != null) ? tool.callOrFail(toolCall) : unknown(toolCall);
	}

	private Mono<ToolMessage> unknown(ToolCall toolCall) {
		return new ToolRun(toolCall, null, this.callbackManager,
				(manager) -> Mono.error(new InvalidToolCallException("There is no tool '%s'. The tools are: %s"
					.formatted(toolCall.name(), String.join(", ", this.byName.keySet())))))
			.answered();
	}

	@Override
	public String toString() {
		return "Tools" + this.byName.keySet();
	}

}
