package dev.llmcallbacks.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;

/**
 * Matches when the properties say where the given provider is reached, or with which key.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnProviderCondition.class)
@interface ConditionalOnProvider {

	/**
	 * The provider.
	 * @return the provider
	 */
	Provider value();

}
