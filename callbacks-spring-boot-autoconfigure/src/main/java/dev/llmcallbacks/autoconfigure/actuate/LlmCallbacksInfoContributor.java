package dev.llmcallbacks.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.boot.actuate.info.Info.Builder;
import org.springframework.boot.actuate.info.InfoContributor;

import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.HandlerStatus;
import dev.llmcallbacks.model.ChatModel;

/**
 * {@link InfoContributor} that tells the library's version, what kinds of chat models
 * there are, and how many handlers.
 */
public final class LlmCallbacksInfoContributor implements InfoContributor {

	private final CallbackManager callbackManager;

	private final List<String> models;

	/**
	 * Create a contributor.
	 * @param callbackManager the manager whose handlers are counted
	 * @param models the chat models
	 */
	public LlmCallbacksInfoContributor(CallbackManager callbackManager, List<ChatModel> models) {
		this.callbackManager = callbackManager;
		this.models = models.stream().map((model) -> model.getClass().getSimpleName()).distinct().sorted().toList();
	}

	@Override
	public void contribute(Builder builder) {
		List<HandlerStatus> handlers = this.callbackManager.handlers()
			.stream()
			.filter((handler) -> !LlmRunsEndpointAutoConfiguration.HANDLERS.contains(handler.statistics().name()))
			.toList();
		Map<String, Object> details = new LinkedHashMap<>();
		String version = CallbackManager.class.getPackage().getImplementationVersion();
		if (version != null) {
			details.put("version", version);
		}
		details.put("models", this.models);
		details.put("handlers", Map.of("enabled", handlers.stream().filter(HandlerStatus::enabled).count(), "disabled",
				handlers.stream().filter((handler) -> !handler.enabled()).count()));
		builder.withDetail("llmcallbacks", details);
	}

}
