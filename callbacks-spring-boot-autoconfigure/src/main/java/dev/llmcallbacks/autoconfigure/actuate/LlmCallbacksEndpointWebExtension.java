package dev.llmcallbacks.autoconfigure.actuate;

import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} for the
 * {@link LlmCallbacksEndpoint}: answers with 404 when there is no such handler or run.
 */
@EndpointWebExtension(endpoint = LlmCallbacksEndpoint.class)
public final class LlmCallbacksEndpointWebExtension {

	private final LlmCallbacksEndpoint endpoint;

	/**
	 * Create an extension.
	 * @param endpoint the endpoint
	 */
	public LlmCallbacksEndpointWebExtension(LlmCallbacksEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	/**
	 * Switch a handler off or on.
	 * @param handler the handler's name
	 * @param enabled whether it is to be called
	 * @return no content, or not found
	 */
	@WriteOperation
	public WebEndpointResponse<Void> setEnabled(@Selector String handler, boolean enabled) {
		return respond(this.endpoint.setEnabled(handler, enabled));
	}

	/**
	 * Cancel a run and the runs inside it.
	 * @param run the run's id
	 * @return no content, or not found
	 */
	@DeleteOperation
	public WebEndpointResponse<Void> cancel(@Selector UUID run) {
		return respond(this.endpoint.cancel(run));
	}

	private static WebEndpointResponse<Void> respond(@Nullable Object found) {
		return new WebEndpointResponse<>(
				(found != null) ? WebEndpointResponse.STATUS_NO_CONTENT : WebEndpointResponse.STATUS_NOT_FOUND);
	}

}
