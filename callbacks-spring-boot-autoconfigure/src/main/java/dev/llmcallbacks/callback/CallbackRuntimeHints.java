package dev.llmcallbacks.callback;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Hints for native images: the methods of handlers are looked up by reflection, and the
 * annotation is synthesized again when properties override its attributes.
 */
final class CallbackRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.proxies().registerJdkProxy(LlmCallback.class);
		hints.reflection()
			.registerType(LlmCallback.class, MemberCategory.INVOKE_DECLARED_METHODS)
			.registerType(ConsumerCallbackHandler.class)
			.registerType(FunctionCallbackHandler.class);
	}

}
