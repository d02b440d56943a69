package dev.llmcallbacks.tool;

import java.lang.reflect.Method;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.SimpleReflectiveProcessor;
import org.springframework.core.ResolvableType;

import dev.llmcallbacks.callback.ReturnedValue;

/**
 * Lets a native image call an {@link LlmTool @LlmTool} method, generate a schema of its
 * parameters, read them from JSON, and write the value that it returns.
 */
final class LlmToolReflectiveProcessor extends SimpleReflectiveProcessor {

	private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

	@Override
	protected void registerMethodHint(ReflectionHints hints, Method method) {
		super.registerMethodHint(hints, method);
		this.binding.registerReflectionHints(hints, method.getGenericParameterTypes());
		ResolvableType returned = ResolvableType.forMethodReturnType(method);
		boolean later = ReturnedValue.isReactive(returned.toClass());
		this.binding.registerReflectionHints(hints, (later ? returned.getGeneric() : returned).getType());
	}

}
