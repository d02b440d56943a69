package dev.llmcallbacks.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.core.io.Resource;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Handler;
import dev.llmcallbacks.autoconfigure.actuate.LlmCallbacksDescriptor.Wait;
import dev.llmcallbacks.autoconfigure.actuate.LlmRunsDescriptor.Content;
import dev.llmcallbacks.autoconfigure.actuate.LlmRunsDescriptor.Held;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.handlers.RunChanges;
import dev.llmcallbacks.handlers.RunWatch;

/**
 * {@link WebEndpoint @WebEndpoint} with a page that shows runs while they happen, and
 * with what the page asks for. Has no access by default. Safe for use by any number of
 * threads; a request that waits occupies none.
 */
@WebEndpoint(id = LlmRunsEndpoint.ID, defaultAccess = Access.NONE)
public final class LlmRunsEndpoint {

	static final String ID = "llmruns";

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

	/** What a run waits for, and the times of handlers, change without an event. */
	private static final Duration WAIT_WHILE_ACTIVE = Duration.ofSeconds(1);

	private final CallbackManager callbackManager;

	private final LlmCallbacksEndpoint callbacks;

	private final RunWatch watch;

	private final ContentAccess access;

	private final boolean readOnly;

	LlmRunsEndpoint(CallbackManager callbackManager, LlmCallbacksEndpoint callbacks, RunWatch watch,
			ContentAccess access, boolean readOnly) {
		this.callbackManager = callbackManager;
		this.callbacks = callbacks;
		this.watch = watch;
		this.access = access;
		this.readOnly = readOnly;
	}

	/**
	 * Return what has changed, as soon as something has, and after 15 seconds at most;
	 * after one second while a run is active.
	 * @param securityContext who asks
	 * @param after number of the last change that the caller has seen; everything is
	 * returned at once without it
	 * @param run id of the run whose tree and contents are included
	 * @param from how many characters of its streamed response the caller has
	 * @param handlers whether handlers and executors are included; they are by default
	 * @param token the token that was logged at startup
	 * @return the changes
	 */
	@ReadOperation
	public Mono<LlmRunsDescriptor> changes(SecurityContext securityContext, @Nullable Long after, @Nullable UUID run,
			@Nullable Integer from, @Nullable Boolean handlers, @Nullable String token) {
		this.watch.look();
		Content content = this.access.contentFor(securityContext, token);
		boolean withHandlers = handlers == null || handlers;
		return this.watch
			.changes(after, run, (from != null) ? Math.max(0, from) : 0, content == Content.SHOWN,
					this.callbackManager.openRuns().isEmpty() ? LONGEST_WAIT : WAIT_WHILE_ACTIVE)
			.map((changes) -> describe(changes, content, withHandlers));
	}

	private LlmRunsDescriptor describe(RunChanges changes, Content content, boolean withHandlers) {
		LlmCallbacksDescriptor described = withHandlers ? this.callbacks.describe() : null;
		List<Held> waits = this.callbackManager.runs()
			.stream()
			.filter((run) -> !run.waitsFor().isEmpty())
			.map((run) -> new Held(run.run().id(), run.waitsFor().stream().map(Wait::of).toList()))
			.toList();
		return new LlmRunsDescriptor(Instant.now(), this.readOnly, content, changes, waits,
				(described != null) ? ofApplication(described.handlers()) : null,
				(described != null) ? described.executors() : null);
	}

	private static Map<String, Handler> ofApplication(Map<String, Handler> handlers) {
		Map<String, Handler> shown = new LinkedHashMap<>(handlers);
		shown.keySet().removeAll(LlmRunsEndpointAutoConfiguration.HANDLERS);
		return shown;
	}

	/**
	 * Return a file of the page.
	 * @param file the name of the file
	 * @return the file, or not found
	 */
	@ReadOperation(produces = { "text/html", "text/javascript", "text/css", "image/svg+xml", "*/*" })
	public WebEndpointResponse<Resource> file(@Selector String file) {
		return RunViewFile.find(file)
			.map((found) -> new WebEndpointResponse<>(found.resource(), found.type()))
			.orElseGet(() -> new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND));
	}

	/**
	 * Enable or disable a handler, for runs that open from now on.
	 * @param handler the handler's name
	 * @param enabled whether it is called
	 * @return no content, or not found
	 */
	@WriteOperation
	public WebEndpointResponse<Void> setEnabled(@Selector String handler, boolean enabled) {
		return respond(!LlmRunsEndpointAutoConfiguration.HANDLERS.contains(handler)
				&& this.callbackManager.setEnabled(handler, enabled));
	}

	/**
	 * Cancel a run and the runs inside it.
	 * @param run the run's id
	 * @return no content, or not found
	 */
	@DeleteOperation
	public WebEndpointResponse<Void> cancel(@Selector UUID run) {
		return respond(this.callbackManager.cancel(run));
	}

	private static WebEndpointResponse<Void> respond(boolean found) {
		return new WebEndpointResponse<>(
				found ? WebEndpointResponse.STATUS_NO_CONTENT : WebEndpointResponse.STATUS_NOT_FOUND);
	}

}
