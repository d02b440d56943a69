package dev.llmcallbacks.message;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Rule by which a model may, must or must not call a tool.
 *
 * @param mode the rule
 * @param name the tool that must be called; only with {@link Mode#TOOL}
 */
public record ToolChoice(Mode mode, @Nullable String name) {

	/**
	 * The model decides.
	 */
	public static final ToolChoice AUTO = new ToolChoice(Mode.AUTO, null);

	/**
	 * The model calls no tool.
	 */
	public static final ToolChoice NONE = new ToolChoice(Mode.NONE, null);

	/**
	 * The model calls at least one tool.
	 */
	public static final ToolChoice REQUIRED = new ToolChoice(Mode.REQUIRED, null);

	public ToolChoice {
		Objects.requireNonNull(mode, "'mode' must not be null");
		if ((mode == Mode.TOOL) != (name != null)) {
			throw new IllegalArgumentException("A tool choice has a name if and only if its mode is TOOL");
		}
	}

	/**
	 * The model calls the given tool.
	 * @param name the tool's name
	 * @return the choice
	 */
	public static ToolChoice tool(String name) {
		return new ToolChoice(Mode.TOOL, name);
	}

	/**
	 * Kind of rule.
	 */
	public enum Mode {

		/** The model decides. */
		AUTO,

		/** No tool is called. */
		NONE,

		/** At least one tool is called. */
		REQUIRED,

		/** The named tool is called. */
		TOOL

	}

}
