package dev.llmcallbacks.tool;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import org.springframework.aop.support.AopUtils;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;

/**
 * Tools that a model is offered, each with a different name. Immutable and thread-safe.
 */
public interface Tools extends Iterable<Tool> {

	/**
	 * Combine tools.
	 * @param tools the tools. Throws an {@link IllegalArgumentException} if two of them
	 * have one name
	 * @return the tools, in order
	 */
	static Tools of(Tool... tools) {
		return new DefaultTools(Arrays.asList(tools), null);
	}

	/**
	 * Combine tools.
	 * @param tools the tools, as in {@link #of(Tool...)}
	 * @return the tools, in order
	 */
	static Tools of(Collection<? extends Tool> tools) {
		return new DefaultTools(tools, null);
	}

	/**
	 * Make tools of methods.
	 * @param beans objects, or Spring's proxies of objects, with {@link LlmTool @LlmTool}
	 * methods
	 * @return the tools, those of one object in the order of their methods' names. Throws
	 * an {@link IllegalArgumentException} that describes what is wrong with a method
	 */
	static Tools from(Object... beans) {
		return of(Arrays.stream(beans)
			.flatMap((bean) -> MethodTools.of(AopUtils.getTargetClass(bean), () -> bean).stream())
			.toList());
	}

	/**
	 * Make tools of the methods of an object that may not have been created yet.
	 * @param type the object's class, with {@link LlmTool @LlmTool} methods
	 * @param bean asked at each call for the object, or for Spring's proxy of it
	 * @return the tools, in the order of their methods' names
	 */
	static Tools from(Class<?> type, Supplier<?> bean) {
		return of(MethodTools.of(type, bean));
	}

	/**
	 * Return these tools and others.
	 * @param others the others
	 * @return the tools, these first
	 */
	Tools and(Iterable<? extends Tool> others);

	/**
	 * Return these tools with a manager that opens their runs where there is no current
	 * run.
	 * @param callbackManager the manager
	 * @return the tools
	 */
	Tools withManager(CallbackManager callbackManager);

	/**
	 * Return these tools with decorators, inside those that they have.
	 * @param decorators the decorators, the first outermost
	 * @return the tools
	 */
	Tools decoratedBy(List<? extends ToolDecorator> decorators);

	/**
	 * Return the definitions that the model receives.
	 * @return the definitions, in the order of the tools
	 */
	List<ToolDefinition> definitions();

	/**
	 * Return the tools.
	 * @return the tools, in order
	 */
	List<Tool> toList();

	/**
	 * Call the tool that a model asks for.
	 * @param toolCall the model's call
	 * @return as {@link Tool#call}; a call of a tool that is not among these is a run,
	 * too, and invalid
	 */
	Mono<ToolMessage> call(ToolCall toolCall);

	/**
	 * Call the tool that a model asks for, and fail as it does.
	 * @param toolCall the model's call
	 * @return as {@link Tool#callOrFail}; a call of a tool that is not among these is
	 * answered
	 */
	Mono<ToolMessage> callOrFail(ToolCall toolCall);

	/**
	 * Answer a call that is not to be made, as an invalid one is: it is a run that fails.
	 * @param toolCall the model's call
	 * @param reason why the call is not made, for the model and for handlers
	 * @return the answer, with {@link ToolMessage#error()}. Fails as
	 * {@link CallbackManager#run} does
	 */
	Mono<ToolMessage> reject(ToolCall toolCall, String reason);

}
