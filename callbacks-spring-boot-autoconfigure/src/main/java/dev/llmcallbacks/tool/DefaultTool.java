package dev.llmcallbacks.tool;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ManagerHolder;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.PrintableText;

/**
 * Default {@link Tool}: opens a run around its work.
 */
final class DefaultTool implements Tool, ManagerHolder {

	/** What every provider accepts. */
	private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

	private static final int MAX_NAME_LENGTH = 100;

	private final ToolWork work;

	private final List<ToolDecorator> decorators;

	private final Tool decorated;

	private final @Nullable Supplier<? extends @Nullable CallbackManager> manager;

	private DefaultTool(ToolWork work, List<ToolDecorator> decorators, Tool decorated,
			@Nullable Supplier<? extends @Nullable CallbackManager> manager) {
		this.work = work;
		this.decorators = decorators;
		this.decorated = decorated;
		this.manager = manager;
	}

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
		ToolWork work = new ToolWork(definition, new ArgumentsCheck(
				new ToolSchema("input schema of tool '" + definition.name() + "'", definition.inputSchema(), generated),
				generated), body, null);
		return new DefaultTool(work, List.of(), work, null);
	}

	@Override
	public ToolDefinition definition() {
		return this.work.definition();
	}

	@Override
	public Mono<ToolMessage> call(ToolCall toolCall) {
		return new ToolRun(toolCall, definition(), this.manager, (manager) -> this.decorated.call(toolCall)).answered();
	}

	@Override
	public Mono<ToolMessage> callOrFail(ToolCall toolCall) {
		return new ToolRun(toolCall, definition(), this.manager, (manager) -> this.decorated.callOrFail(toolCall))
			.answeredIfInvalid();
	}

	@Override
	public Tool decoratedBy(List<? extends ToolDecorator> decorators) {
		List<ToolDecorator> all = DecoratedTool.add(this.decorators, decorators);
		return (all.size() == this.decorators.size()) ? this
				: new DefaultTool(this.work, List.copyOf(all), DecoratedTool.decorate(this.work, all), this.manager);
	}

	@Override
	public Tool withManager(CallbackManager callbackManager) {
		return new DefaultTool(this.work, this.decorators, this.decorated, () -> callbackManager);
	}

	@Override
	public @Nullable Supplier<? extends @Nullable CallbackManager> managerSupplier() {
		return this.manager;
	}

	@Override
	public Tool withDefaultManager(Supplier<? extends @Nullable CallbackManager> manager) {
		return (this.manager != null) ? this : new DefaultTool(this.work, this.decorators, this.decorated, manager);
	}

	@Override
	public Tool withTimeout(Duration timeout) {
		if (timeout.isNegative()) {
			throw new IllegalArgumentException("'timeout' must not be negative, but is " + timeout);
		}
		ToolWork limited = new ToolWork(definition(), this.work.check(), this.work.body(), timeout);
		return new DefaultTool(limited, this.decorators, DecoratedTool.decorate(limited, this.decorators),
				this.manager);
	}

	@Override
	public String toString() {
		return this.work.toString();
	}

}
