package dev.llmcallbacks.callback;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What a native image has to know of this package: the methods of handlers are looked up,
 * and the annotation is made anew when properties override its attributes.
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
