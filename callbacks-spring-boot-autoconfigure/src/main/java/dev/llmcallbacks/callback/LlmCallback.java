package dev.llmcallbacks.callback;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

import dev.llmcallbacks.event.CallbackEvent;

/**
 * Declares a handler that receives the events of the application's runs.
 * <ul>
 * <li>On a class that implements {@link CallbackHandler} or {@link AsyncCallbackHandler}:
 * the class is a component and a handler.</li>
 * <li>On a {@code @Bean} method that returns one: the bean is a handler.</li>
 * <li>On a method of any bean: the method is a handler. It takes one event, whose type
 * (any type of the {@link CallbackEvent} hierarchy) selects the events, and returns
 * {@code void} if it may block, else a {@code Mono<Void>}, a {@code CompletionStage} or
 * another type that {@link org.springframework.core.ReactiveAdapterRegistry} knows.</li>
 * </ul>
 * Singleton and prototype beans can be handlers. A prototype is instantiated once per
 * root run. Every attribute can be overridden by {@code callbacks.handlers.<name>.*}.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
@Reflective
public @interface LlmCallback {

	/**
	 * The handler's name in properties, logs and statistics; never the name of the bean.
	 * By default the bean's name, for a method the bean's name, a dash and the method's
	 * name. Takes <code>${…}</code> placeholders.
	 * @return the handler's name
	 */
	String value() default "";

	/**
	 * Whether tokens wait for this handler.
	 * @return the way of delivery
	 */
	Delivery delivery() default Delivery.BUFFERED;

	/**
	 * Whether the events of different runs may arrive at the same time.
	 * @return the kind of concurrency
	 */
	Concurrency concurrency() default Concurrency.PER_RUN;

	/**
	 * What happens when {@link #bufferSize()} events of a run wait for this handler.
	 * @return the treatment of the next token
	 */
	Overflow overflow() default Overflow.BACKPRESSURE;

	/**
	 * How many events of one run may wait for this handler.
	 * @return a positive number of events
	 */
	int bufferSize() default 256;

	/**
	 * Whether an exception of the handler fails the run.
	 * @return whether errors are raised
	 */
	boolean raiseError() default false;

	/**
	 * How long the handler may take for one event: a number with a unit as in
	 * {@code 500ms}, {@code 30s} or {@code PT1M}; {@code 0} for no limit. Takes
	 * <code>${…}</code> placeholders.
	 * @return the time limit; 30 seconds when empty, none for {@link Delivery#INLINE}
	 */
	String timeout() default "";

	/**
	 * Name of the {@code TaskExecutor} bean that a {@link CallbackHandler} is called on.
	 * Takes <code>${…}</code> placeholders.
	 * @return the bean's name, or an empty text for the library's executor
	 */
	String executor() default "";

	/**
	 * Types of events that the handler receives, of those that it implements.
	 * @return types of the {@link CallbackEvent} hierarchy; all when empty
	 */
	Class<? extends CallbackEvent>[] events() default {};

	/**
	 * Tags, of which a run must have at least one. Take <code>${…}</code> placeholders.
	 * @return the tags; runs with any tags or none when empty
	 */
	String[] tags() default {};

	/**
	 * Models whose runs the handler receives, by the model's name in the request. Runs of
	 * other types are not affected. Take <code>${…}</code> placeholders, and {@code *}
	 * for any characters.
	 * @return the models; all when empty
	 */
	String[] models() default {};

	/**
	 * Name of the bean, for a class.
	 * @return the bean's name; generated when empty
	 */
	@AliasFor(annotation = Component.class, attribute = "value")
	String beanName() default "";

	/**
	 * Whether tokens wait for a handler.
	 */
	enum Delivery {

		/**
		 * Tokens go to the subscriber without waiting for the handler.
		 */
		BUFFERED,

		/**
		 * The handler finishes a token before the subscriber receives it.
		 */
		LOCKSTEP,

		/**
		 * The handler is called on the thread that produced the event, before all others.
		 */
		INLINE

	}

	/**
	 * Whether a handler may be entered by several threads.
	 */
	enum Concurrency {

		/**
		 * One event at a time of each run; different runs at the same time.
		 */
		PER_RUN,

		/**
		 * One event at a time.
		 */
		SERIAL

	}

	/**
	 * What happens when too many events wait for a handler. Only tokens are ever merged
	 * or dropped.
	 */
	enum Overflow {

		/**
		 * Nothing is lost; reading from the provider pauses.
		 */
		BACKPRESSURE,

		/**
		 * Waiting tokens of one choice are merged.
		 */
		COALESCE,

		/**
		 * The oldest waiting token is dropped, and counted.
		 */
		DROP_OLDEST

	}

}
