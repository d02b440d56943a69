package dev.llmcallbacks.tool;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.llmcallbacks.callback.ReturnedValue;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ManagerHolder;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.PrintableText;

/**
 * Default {@link Tool}.
 *
 * @param definition what the model receives
 * @param check reads the arguments
 * @param body the application's code
 * @param managerSupplier supplies the manager that opens the runs where there is no
 * current run, or {@code null}
 * @param timeout the time limit of the tool's own, or {@code null} for the manager's
 */
record DefaultTool(ToolDefinition definition, ArgumentsCheck check, ToolBody body,
		@Nullable Supplier<? extends @Nullable CallbackManager> managerSupplier,
		@Nullable Duration timeout) implements Tool, ManagerHolder {

	/** What every provider accepts. */
	private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

	private static final int MAX_NAME_LENGTH = 100;

	/**
	 * Create a tool.
	 * @param definition what the model receives
	 * @param generated whether the library made the schema of a Java type. An argument
	 * that is {@code null} is absent then, as it is in Java
	 * @param body the application's code
	 * @return the tool
	 */
	static DefaultTool of(ToolDefinition definition, boolean generated, ToolBody body) {
		if (!NAME.matcher(definition.name()).matches()) {
			throw new IllegalArgumentException(
					"'%s' cannot be the name of a tool: letters, digits, '_' and '-' are allowed, 64 at most"
						.formatted(PrintableText.of(definition.name(), MAX_NAME_LENGTH)));
		}
		return new DefaultTool(definition, new ArgumentsCheck(new ToolSchema(definition, generated), generated), body,
				null, null);
	}

	@Override
	public Mono<ToolMessage> call(ToolCall toolCall) {
		return run(toolCall).answered();
	}

	@Override
	public Mono<ToolMessage> callOrFail(ToolCall toolCall) {
		return run(toolCall).answeredIfInvalid();
	}

	private ToolRun run(ToolCall toolCall) {
		return new ToolRun(toolCall, this.definition, this.managerSupplier, (manager) -> work(toolCall, manager));
	}

	private Mono<String> work(ToolCall toolCall, CallbackManager manager) {
		int maxSize = manager.limits().toolArgumentsSize();
		Callable<Callable<@Nullable Object>> binding = () -> this.body
			.bind(this.check.read(toolCall.arguments(), maxSize));
		Mono<Object> returned = this.body.isInPlace() ? bind(binding, manager).flatMap(ReturnedValue::call)
				: manager.<Object>call(() -> binding.call().call());
		return limit(ToolResultConverter.convert(returned, this.body.absent()), manager);
	}

	// A text of the model's is not checked on an event loop
	private <T> Mono<T> bind(Callable<T> binding, CallbackManager manager) {
		return Mono.defer(() -> (this.check.isCostly() || Schedulers.isInNonBlockingThread()) ? manager.<T>call(binding)
				: ReturnedValue.call(binding));
	}

	private Mono<String> limit(Mono<String> work, CallbackManager manager) {
		boolean own = this.timeout != null;
		Duration limit = own ? Objects.requireNonNull(this.timeout) : manager.limits().toolTimeout();
		return limit.isZero() ? work
				: work.timeout(limit, Mono.error(() -> new ToolTimeoutException(this.definition.name(), limit,
						own ? "Tool.withTimeout(…)" : "'callbacks.timeouts.tool'")));
	}

	@Override
	public Tool withManager(CallbackManager callbackManager) {
		return new DefaultTool(this.definition, this.check, this.body, () -> callbackManager, this.timeout);
	}

	@Override
	public Tool withDefaultManager(Supplier<? extends @Nullable CallbackManager> manager) {
		return (this.managerSupplier != null) ? this
				: new DefaultTool(this.definition, this.check, this.body, manager, this.timeout);
	}

	@Override
	public Tool withTimeout(Duration timeout) {
		if (timeout.isNegative()) {
			throw new IllegalArgumentException("'timeout' must not be negative, but is " + timeout);
		}
		return new DefaultTool(this.definition, this.check, this.body, this.managerSupplier, timeout);
	}

	@Override
	public String toString() {
		return "Tool[" + this.definition.name() + "]";
	}

}
