package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.LlmCallback.Concurrency;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.callback.LlmCallback.Overflow;

/**
 * Settings of one handler. What is not set is left to the {@code @LlmCallback}
 * annotation.
 */
public class HandlerProperties {

	/**
	 * Whether to call the handler. Can be changed at run time through the actuator
	 * endpoint.
	 */
	private boolean enabled = true;

	/**
	 * Whether tokens wait for the handler.
	 */
	private @Nullable Delivery delivery;

	/**
	 * Whether the events of different runs may arrive at the same time.
	 */
	private @Nullable Concurrency concurrency;

	/**
	 * What happens when too many events of a run wait for the handler.
	 */
	private @Nullable Overflow overflow;

	/**
	 * Number of events of one run that may wait for the handler.
	 */
	private @Nullable Integer bufferSize;

	/**
	 * Whether an exception of the handler fails the run.
	 */
	private @Nullable Boolean raiseError;

	/**
	 * Time that the handler may take for one event. Zero means as long as it likes.
	 */
	private @Nullable Duration timeout;

	/**
	 * Name of the TaskExecutor bean that a blocking handler is called on.
	 */
	private @Nullable String executor;

	/**
	 * Types of events that are wanted, by their simple or full class names.
	 */
	private @Nullable List<String> events;

	/**
	 * Tags of which a run must have at least one.
	 */
	private @Nullable List<String> tags;

	/**
	 * Models whose runs are wanted, with '*' for any characters.
	 */
	private @Nullable List<String> models;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable Delivery getDelivery() {
		return this.delivery;
	}

	public void setDelivery(@Nullable Delivery delivery) {
		this.delivery = delivery;
	}

	public @Nullable Concurrency getConcurrency() {
		return this.concurrency;
	}

	public void setConcurrency(@Nullable Concurrency concurrency) {
		this.concurrency = concurrency;
	}

	public @Nullable Overflow getOverflow() {
		return this.overflow;
	}

	public void setOverflow(@Nullable Overflow overflow) {
		this.overflow = overflow;
	}

	public @Nullable Integer getBufferSize() {
		return this.bufferSize;
	}

	public void setBufferSize(@Nullable Integer bufferSize) {
		this.bufferSize = bufferSize;
	}

	public @Nullable Boolean getRaiseError() {
		return this.raiseError;
	}

	public void setRaiseError(@Nullable Boolean raiseError) {
		this.raiseError = raiseError;
	}

	public @Nullable Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(@Nullable Duration timeout) {
		this.timeout = timeout;
	}

	public @Nullable String getExecutor() {
		return this.executor;
	}

	public void setExecutor(@Nullable String executor) {
		this.executor = executor;
	}

	public @Nullable List<String> getEvents() {
		return this.events;
	}

	public void setEvents(@Nullable List<String> events) {
		this.events = events;
	}

	public @Nullable List<String> getTags() {
		return this.tags;
	}

	public void setTags(@Nullable List<String> tags) {
		this.tags = tags;
	}

	public @Nullable List<String> getModels() {
		return this.models;
	}

	public void setModels(@Nullable List<String> models) {
		this.models = models;
	}

}
