package dev.llmcallbacks.tool;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Declares a method as a tool that a model may call.
 * <p>
 * The model refers to parameters by name: the code must be compiled with
 * {@code -parameters}, or the parameters must have a {@code @JsonProperty}. A parameter
 * is required unless it is {@code @Nullable} or an {@link java.util.Optional}. Jackson's
 * {@code @JsonPropertyDescription} describes parameters, and the fields and record
 * components of their types. A JSON {@code null} counts as absent.
 * <p>
 * The method may block: it is called on the callback manager's work executor, and
 * interrupted when the call is cancelled. A method that returns a {@code Mono}, a
 * {@code Flux}, a {@code CompletionStage} or another type that
 * {@link org.springframework.core.ReactiveAdapterRegistry} knows is not called there, and
 * must not block.
 * <p>
 * The model receives what the method returns: texts as they are, the texts of a
 * {@code Flux} joined, anything else as JSON. It receives {@code null} for {@code null},
 * and {@code Done} from a method without a value. If the method throws an exception, the
 * model receives its message, cut to 2,000 characters: messages with secrets must not be
 * thrown.
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
	 * Return what the tool does and when to use it, for the model.
	 * @return the description
	 */
	String description();

}
