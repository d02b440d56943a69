package dev.llmcallbacks.tool;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.callback.ReturnedValue;

/**
 * Tool that calls a method.
 */
final class MethodBody implements ToolBody {

	private final Method method;

	private final Supplier<?> bean;

	private final List<ToolParameter> parameters;

	private final boolean inPlace;

	private final String absent;

	MethodBody(Method method, Class<?> type, Supplier<?> bean, List<ToolParameter> parameters) {
		this.method = method;
		this.bean = bean;
		this.parameters = parameters;
		ResolvableType returned = ResolvableType.forMethodReturnType(method, type);
		this.inPlace = ReturnedValue.isReactive(returned.toClass());
		Class<?> value = this.inPlace ? returned.getGeneric().toClass() : returned.toClass();
		this.absent = (value == void.class || value == Void.class) ? ToolResultConverter.DONE
				: ToolResultConverter.NULL;
	}

	@Override
	public boolean isInPlace() {
		return this.inPlace;
	}

	@Override
	public String absent() {
		return this.absent;
	}

	@Override
	public Callable<@Nullable Object> bind(ObjectNode arguments) {
		@Nullable Object[] values = new @Nullable Object[this.parameters.size()];
		for (int i = 0; i < values.length; i++) {
			values[i] = this.parameters.get(i).valueIn(arguments);
		}
		return () -> invoke(values);
	}

	private @Nullable Object invoke(@Nullable Object[] values) throws Exception {
		Object target = this.bean.get();
		Method invocable = AopUtils.selectInvocableMethod(this.method, target.getClass());
		ReflectionUtils.makeAccessible(invocable);
		try {
			return invocable.invoke(target, values);
		}
		catch (InvocationTargetException ex) {
			if (ex.getTargetException() instanceof Error error) {
				throw error;
			}
			throw (ex.getTargetException() instanceof Exception exception) ? exception : ex;
		}
	}

}
