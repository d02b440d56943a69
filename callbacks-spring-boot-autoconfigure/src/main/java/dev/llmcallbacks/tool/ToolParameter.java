package dev.llmcallbacks.tool;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import dev.llmcallbacks.callback.ReturnedValue;

/**
 * Parameter of a method that is a tool.
 *
 * @param name its name for the model
 * @param property the property of the schema
 * @param reader reads the argument
 * @param absent the value if the argument is missing
 */
record ToolParameter(String name, Schemas.Property property, InputReader<?> reader, @Nullable Object absent) {

	/**
	 * Describe a parameter. Throws an {@link IllegalArgumentException} if a model cannot
	 * supply an argument for it.
	 * @param method the method
	 * @param index the parameter's index
	 * @param type the class that has the method
	 * @return the parameter
	 */
	static ToolParameter of(Method method, int index, Class<?> type) {
		MethodParameter parameter = new MethodParameter(method, index).withContainingClass(type);
		String name = nameOf(parameter);
		ResolvableType declared = ResolvableType.forMethodParameter(parameter);
		boolean isOptional = declared.toClass() == Optional.class;
		boolean required = !parameter.isOptional() && !JacksonTypeDefinitions.isOptional(declared.toClass());
		Type valueType = isOptional ? declared.getGeneric().getType() : declared.getType();
		try {
			checkValue(declared, valueType);
			InputReader<?> reader = InputReader.of(declared.getType());
			return new ToolParameter(name, new Schemas.Property(valueType, descriptionOf(parameter), required), reader,
					required ? null : reader.absent());
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("of its parameter '%s': %s".formatted(name, ex.getMessage()), ex);
		}
	}

	private static String nameOf(MethodParameter parameter) {
		JsonProperty annotation = AnnotatedElementUtils.findMergedAnnotation(parameter.getParameter(),
				JsonProperty.class);
		if (annotation != null && !annotation.value().isEmpty()) {
			return annotation.value();
		}
		if (!parameter.getParameter().isNamePresent()) {
			throw new IllegalArgumentException("the names of its parameters are not known. "
					+ "Compile it with '-parameters', or give each a @JsonProperty");
		}
		return parameter.getParameter().getName();
	}

	private static String descriptionOf(MethodParameter parameter) {
		JsonPropertyDescription annotation = AnnotatedElementUtils.findMergedAnnotation(parameter.getParameter(),
				JsonPropertyDescription.class);
		return (annotation != null) ? annotation.value() : "";
	}

	private static void checkValue(ResolvableType declared, Type valueType) {
		if (ReturnedValue.isReactive(declared.toClass())) {
			throw new IllegalArgumentException(
					"no JSON can be read into the type '%s'".formatted(declared.getType().getTypeName()));
		}
		InputReader.of(valueType);
	}

	/**
	 * Return the argument.
	 * @param arguments the arguments
	 * @return the value
	 */
	@Nullable Object valueIn(ObjectNode arguments) {
		JsonNode argument = arguments.get(this.name);
		return (argument != null) ? this.reader.read(argument) : this.absent;
	}

}
