package dev.llmcallbacks.langchain4j;

import dev.langchain4j.model.chat.response.StreamingHandle;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Cancellation of one streamed response of LangChain4j, which is possible as soon as the
 * model has provided a handle. Thread-safe.
 */
final class Cancellation {

	private static final Log logger = LogFactory.getLog(Cancellation.class);

	private volatile @Nullable StreamingHandle handle;

	private volatile boolean cancelled;

	/**
	 * The model has provided a handle. It is cancelled at once if that was requested
	 * before.
	 * @param handle the handle
	 */
	void enable(@Nullable StreamingHandle handle) {
		if (handle != null && this.handle != handle) {
			this.handle = handle;
			if (this.cancelled) {
				cancel(handle);
			}
		}
	}

	/**
	 * Cancel the response, now or as soon as there is a handle.
	 */
	void cancel() {
		this.cancelled = true;
		StreamingHandle handle = this.handle;
		if (handle != null) {
			cancel(handle);
		}
	}

	private static void cancel(StreamingHandle handle) {
		try {
			handle.cancel();
		}
		catch (RuntimeException ex) {
			logger.debug("A model of LangChain4j cannot be cancelled: it goes on until its response is complete", ex);
		}
	}

}
