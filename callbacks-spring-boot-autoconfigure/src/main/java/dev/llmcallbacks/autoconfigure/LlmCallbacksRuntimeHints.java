package dev.llmcallbacks.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What a native image has to know of this package: methods of beans are called by
 * handlers of its own.
 */
final class LlmCallbacksRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection().registerType(MethodCallbackHandler.class).registerType(AsyncMethodCallbackHandler.class);
	}

}
