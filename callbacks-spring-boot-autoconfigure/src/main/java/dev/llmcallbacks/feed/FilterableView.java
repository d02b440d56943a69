package dev.llmcallbacks.feed;

import dev.llmcallbacks.handlers.EventContentFilter;

/**
 * View of the library's own, to which the application's filter of contents is applied.
 */
interface FilterableView extends FeedView {

	/**
	 * Return the same view of what may be shown.
	 * @param filter decides what may be shown
	 * @return the view
	 */
	FeedView filteredBy(EventContentFilter filter);

}
