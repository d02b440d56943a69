package dev.llmcallbacks.tool;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotatedElementUtils;

import dev.llmcallbacks.message.ToolDefinition;

/**
 * Creates tools from the {@link LlmTool @LlmTool} methods of a class.
 */
final class MethodTools {

	private MethodTools() {
	}

	/**
	 * Create tools.
	 * @param type the class that has the methods
	 * @param bean asked for the object, or for a proxy of it, at each call
	 * @return the tools, in the order of the methods' names
	 */
	static List<Tool> of(Class<?> type, Supplier<?> bean) {
		MetadataLookup<@Nullable LlmTool> lookup = (method) -> AnnotatedElementUtils.findMergedAnnotation(method,
				LlmTool.class);
		return MethodIntrospector.selectMethods(type, lookup)
			.entrySet()
			.stream()
			.sorted(Comparator.comparing((entry) -> entry.getKey().getName()))
			.map((entry) -> tool(type, entry.getKey(), entry.getValue(), bean))
			.toList();
	}

	private static Tool tool(Class<?> type, Method method, LlmTool annotation, Supplier<?> bean) {
		OptionalDependencies.requireGenerator();
		OptionalDependencies.requireValidator();
		try {
			String name = annotation.name().isEmpty() ? method.getName() : annotation.name();
			List<ToolParameter> parameters = IntStream.range(0, method.getParameterCount())
				.mapToObj((index) -> ToolParameter.of(method, index, type))
				.toList();
			Map<String, Schemas.Property> properties = new LinkedHashMap<>();
			parameters.forEach((parameter) -> properties.put(parameter.name(), parameter.property()));
			ToolDefinition definition = new ToolDefinition(name, annotation.description(),
					Schemas.of(properties).toString());
			return DefaultTool.of(definition, true, new MethodBody(checked(method), type, bean, parameters));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("The @LlmTool method '%s.%s' cannot be a tool: %s"
				.formatted(type.getName(), method.getName(), ex.getMessage()), ex);
		}
	}

	private static Method checked(Method method) {
		if (Modifier.isStatic(method.getModifiers())) {
			throw new IllegalArgumentException("it is static. Make it an instance method");
		}
		return method;
	}

}
