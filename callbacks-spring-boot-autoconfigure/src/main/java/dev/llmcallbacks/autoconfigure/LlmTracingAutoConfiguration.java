package dev.llmcallbacks.autoconfigure;

import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

import dev.llmcallbacks.observation.RunTracingObservationHandler;

/**
 * Auto-configuration for the spans of runs, where there is a {@link Tracer}.
 */
@AutoConfiguration(
		afterName = "org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration")
@ConditionalOnClass(TracingObservationHandler.class)
@ConditionalOnBean(Tracer.class)
public final class LlmTracingAutoConfiguration {

	/**
	 * Before Spring Boot's own handlers, of which the first that supports a context is
	 * used.
	 */
	private static final int ORDER = 500;

	@Bean
	@Order(ORDER)
	@ConditionalOnMissingBean
	RunTracingObservationHandler llmCallbacksTracingObservationHandler(Tracer tracer) {
		return new RunTracingObservationHandler(tracer);
	}

}
