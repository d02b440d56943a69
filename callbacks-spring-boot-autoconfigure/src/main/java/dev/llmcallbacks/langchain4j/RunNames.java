package dev.llmcallbacks.langchain4j;

import org.springframework.aop.support.AopUtils;

/**
 * Names of runs for objects of the application.
 */
final class RunNames {

	private RunNames() {
	}

	/**
	 * Return the name of the class of an object.
	 * @param object the object, or a proxy of it
	 * @param otherwise the name for a class without a name of its own, such as that of a
	 * lambda
	 * @return the name
	 */
	static String of(Object object, String otherwise) {
		Class<?> type = AopUtils.getTargetClass(object);
		return (type.isAnonymousClass() || type.isHidden() || type.isSynthetic()) ? otherwise : type.getSimpleName();
	}

}
