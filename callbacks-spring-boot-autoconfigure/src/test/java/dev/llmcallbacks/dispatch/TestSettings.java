package dev.llmcallbacks.dispatch;

import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.core.task.TaskExecutor;

import dev.llmcallbacks.callback.LlmCallback.Concurrency;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.callback.LlmCallback.Overflow;
import dev.llmcallbacks.event.CallbackEvent;

/**
 * Varies {@link HandlerSettings}.
 */
final class TestSettings {

	private Delivery delivery = Delivery.BUFFERED;

	private Concurrency concurrency = Concurrency.PER_RUN;

	private Overflow overflow = Overflow.BACKPRESSURE;

	private int bufferSize = 256;

	private boolean raiseError;

	private Duration timeout = Duration.ofSeconds(30);

	private @Nullable TaskExecutor executor;

	private Set<Class<? extends CallbackEvent>> events = Set.of();

	private Set<String> tags = Set.of();

	private Set<String> models = Set.of();

	TestSettings delivery(Delivery delivery) {
		this.delivery = delivery;
		return (delivery != Delivery.INLINE) ? this : timeout(Duration.ZERO);
	}

	TestSettings serial() {
		this.concurrency = Concurrency.SERIAL;
		return this;
	}

	TestSettings overflow(Overflow overflow, int bufferSize) {
		this.overflow = overflow;
		this.bufferSize = bufferSize;
		return this;
	}

	TestSettings raiseError() {
		this.raiseError = true;
		return this;
	}

	TestSettings timeout(Duration timeout) {
		this.timeout = timeout;
		return this;
	}

	TestSettings executor(@Nullable TaskExecutor executor) {
		this.executor = executor;
		return this;
	}

	TestSettings events(Set<Class<? extends CallbackEvent>> events) {
		this.events = events;
		return this;
	}

	TestSettings tags(String... tags) {
		this.tags = Set.of(tags);
		return this;
	}

	TestSettings models(String... models) {
		this.models = Set.of(models);
		return this;
	}

	HandlerSettings build() {
		return new HandlerSettings(this.delivery, this.concurrency, this.overflow, this.bufferSize, this.raiseError,
				this.timeout, this.executor, this.events, this.tags, this.models);
	}

}
