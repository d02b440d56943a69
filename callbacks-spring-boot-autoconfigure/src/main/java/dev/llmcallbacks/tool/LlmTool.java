package dev.llmcallbacks.tool;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Marks a method as a tool that a model may have called.
 * <p>
 * The model is told of each parameter by name: the code must be compiled with
 * {@code -parameters}, or the parameter have a {@code @JsonProperty}. A parameter is
 * required unless it is {@code @Nullable} or an {@link java.util.Optional}. Jackson's
 * {@code @JsonPropertyDescription} describes parameters, and the fields and record
 * components of their types. A JSON {@code null} counts as absent.
 * <p>
 * The method may block: it is then called on the callback manager's work executor, and
 * interrupted when the call is cancelled. A method that returns a {@code Mono}, a
 * {@code Flux}, a {@code CompletionStage} or another reactive type is called in place,
 * and must not block.
 * <p>
 * The model is answered with what the method returns: texts as they are, the texts of a
 * {@code Flux} as one text, anything else as JSON. A method that returns {@code null} is
 * answered as {@code null}, and one that returns nothing at all as {@code Done}. A method
 * that throws is answered with the exception's message.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(LlmToolReflectiveProcessor.class)
public @interface LlmTool {

	/**
	 * Return the tool's name: letters, digits, {@code _} and {@code -}, 64 at most.
	 * @return the name; the method's by default
	 */
	String name() default "";

	/**
	 * Return what the tool does and when to use it, for the model to read.
	 * @return the description
	 */
	String description();

}
