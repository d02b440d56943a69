package dev.llmcallbacks.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

import dev.llmcallbacks.autoconfigure.LlmChatProperties.Provider;

/**
 * Matches when all the given providers are configured.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnProviderCondition.class)
@interface ConditionalOnProvider {

	/**
	 * The providers that must be configured.
	 * @return the providers
	 */
	Provider[] value();

}
