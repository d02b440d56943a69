package dev.llmcallbacks.autoconfigure;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * A method of a bean that takes one event.
 *
 * @param bean the bean, or a proxy of it
 * @param method the method
 * @param eventType the type of event
 */
record BoundMethod(Object bean, Method method, Class<?> eventType) {

	boolean supports(Class<? extends CallbackEvent> type) {
		return this.eventType.isAssignableFrom(type);
	}

	/**
	 * Call the method.
	 * @param event the event
	 * @return what it returned
	 */
	@Nullable Object invoke(CallbackEvent event) {
		try {
			return this.method.invoke(this.bean, event);
		}
		catch (InvocationTargetException ex) {
			throw BoundMethod.<RuntimeException>asIs(ex.getTargetException());
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException("Cannot call " + this, ex);
		}
	}

	/**
	 * Rethrows exceptions, checked ones included, as the method threw them, to be counted
	 * and logged.
	 */
	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <T extends Throwable> T asIs(Throwable exception) throws T {
		throw (T) exception;
	}

	@Override
	public String toString() {
		return this.method.getDeclaringClass().getSimpleName() + "." + this.method.getName() + "("
				+ this.eventType.getSimpleName() + ")";
	}

}
