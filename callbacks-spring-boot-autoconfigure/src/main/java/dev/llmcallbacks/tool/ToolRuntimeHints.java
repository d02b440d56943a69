package dev.llmcallbacks.tool;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Hints for native images besides those for the methods that are tools:
 * {@link OptionalDependencies} are looked up by name.
 */
final class ToolRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		ReflectionHints reflection = hints.reflection();
		reflection.registerType(LlmTool.class, MemberCategory.INVOKE_DECLARED_METHODS);
		OptionalDependencies.NAMES.forEach((name) -> reflection.registerTypeIfPresent(classLoader, name));
	}

}
