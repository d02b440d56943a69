package dev.llmcallbacks.tool;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.callback.ReturnedValue;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.event.ToolProgress;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;

/**
 * Work of a tool inside its run: checks the arguments, calls the application's code
 * within the time limit, and converts the result. Fails as the code does.
 *
 * @param definition the definition that the model receives
 * @param check reads the arguments
 * @param body the application's code
 * @param timeout the time limit of the tool's own, or {@code null} for the manager's
 */
record ToolWork(ToolDefinition definition, ArgumentsCheck check, ToolBody body,
		@Nullable Duration timeout) implements Tool {

	@Override
	public Mono<ToolMessage> call(ToolCall toolCall) {
		return Mono.deferContextual((context) -> work(toolCall, CurrentRun.manager(context, null)))
			.map((result) -> new ToolMessage(toolCall.id(), result.text(), result.media()));
	}

	@Override
	public Mono<ToolMessage> callOrFail(ToolCall toolCall) {
		return call(toolCall);
	}

	private Mono<ToolResult> work(ToolCall toolCall, CallbackManager manager) {
		int maxSize = manager.limits().toolArgumentsSize();
		Callable<Callable<@Nullable Object>> binding = () -> this.body
			.bind(this.check.read(toolCall.arguments(), maxSize));
		Mono<Object> returned = this.body.isInPlace() ? bind(binding, manager).flatMap(ReturnedValue::call)
				: manager.<Object>call(() -> binding.call().call());
		return limit(
				ToolResultConverter.convert(returned, this.body.absent(),
						(item) -> manager.emit((run) -> new ToolProgress(run, Instant.now(), toolCall.id(), item))),
				manager);
	}

	// A text of the model's is not checked on an event loop
	private <T> Mono<T> bind(Callable<T> binding, CallbackManager manager) {
		return Mono.defer(() -> (this.check.isCostly() || Schedulers.isInNonBlockingThread()) ? manager.<T>call(binding)
				: ReturnedValue.call(binding));
	}

	private Mono<ToolResult> limit(Mono<ToolResult> work, CallbackManager manager) {
		boolean own = this.timeout != null;
		Duration limit = own ? Objects.requireNonNull(this.timeout) : manager.limits().toolTimeout();
		return limit.isZero() ? work
				: work.timeout(limit, Mono.error(() -> new ToolTimeoutException(this.definition.name(), limit,
						own ? "Tool.withTimeout(…)" : "'callbacks.timeouts.tool'")));
	}

	// opens no run
	@Override
	public Tool withManager(CallbackManager callbackManager) {
		return this;
	}

	@Override
	public Tool withTimeout(Duration timeout) {
		return new ToolWork(this.definition, this.check, this.body, timeout);
	}

	@Override
	public String toString() {
		return "Tool[" + this.definition.name() + "]";
	}

}
