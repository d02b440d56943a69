package dev.llmcallbacks.handlers;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

import dev.llmcallbacks.callback.RunContentFilter;

/**
 * The filter that a handler applies: the one that it was given, otherwise the
 * application's if the handler is a bean. Set before the first event.
 */
final class ContentFilterReference {

	private volatile EventContentFilter filter;

	private volatile boolean given;

	/**
	 * Create a reference.
	 * @param filter the filter, or {@code null} if none is given
	 */
	ContentFilterReference(@Nullable RunContentFilter filter) {
		this.filter = EventContentFilter.of(filter);
		this.given = filter != null;
	}

	void set(RunContentFilter filter) {
		this.filter = EventContentFilter.of(filter);
		this.given = true;
	}

	/**
	 * Take the application's filter unless another one is given.
	 * @param beanFactory the factory of the handler
	 */
	void findIn(BeanFactory beanFactory) {
		if (!this.given) {
			this.filter = EventContentFilter.of(beanFactory.getBeanProvider(RunContentFilter.class).getIfAvailable());
		}
	}

	EventContentFilter get() {
		return this.filter;
	}

}
