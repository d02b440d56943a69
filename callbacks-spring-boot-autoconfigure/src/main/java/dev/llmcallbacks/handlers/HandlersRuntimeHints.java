package dev.llmcallbacks.handlers;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.message.ChatMessage;

/**
 * What a native image has to know of this package: the methods of its handlers are looked
 * up, and events are written as JSON, read, and measured by the components of their
 * records.
 */
final class HandlersRuntimeHints implements RuntimeHintsRegistrar {

	private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		ReflectionHints reflection = hints.reflection();
		reflection.registerType(JsonLinesRecorder.class)
			.registerType(LoggingCallbackHandler.class)
			.registerType(RunRecorder.class)
			.registerType(RunTreePrinter.class)
			.registerType(RunWatch.class)
			.registerType(TokenCostHandler.class)
			.registerType(TokenUsageHandler.class)
			.registerType(AnyValue.Serializer.class, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS)
			.registerType(AnyValue.Deserializer.class, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS);
		for (Class<?> mixIn : EventJson.class.getDeclaredClasses()) {
			reflection.registerType(mixIn);
		}
		registerHierarchy(reflection, CallbackEvent.class);
		registerHierarchy(reflection, ChatMessage.class);
	}

	private void registerHierarchy(ReflectionHints reflection, Class<?> type) {
		this.binding.registerReflectionHints(reflection, type);
		if (type.isSealed()) {
			for (Class<?> subtype : type.getPermittedSubclasses()) {
				registerHierarchy(reflection, subtype);
			}
		}
	}

}
