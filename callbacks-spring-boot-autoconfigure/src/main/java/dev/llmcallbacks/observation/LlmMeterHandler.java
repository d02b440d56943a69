package dev.llmcallbacks.observation;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.model.ModelProvider;

/**
 * Measures what observations do not: the time to the first chunk, the time between
 * chunks, and the tokens used, also by calls that fail or are cancelled. For a token only
 * the time of its arrival is noted; meters are updated when the call has ended. Calls
 * that another library observes ({@link RunSpec#unobserved()}) are left out. Thread-safe.
 */
public final class LlmMeterHandler implements AsyncCallbackHandler {

	/**
	 * Name of the summary of tokens in {@link GenAiConventions#V1_41}.
	 */
	public static final String TOKEN_USAGE = "gen_ai.client.token.usage";

	private final MeterRegistry registry;

	private final GenAiConventions conventions;

	private final String usageMeter;

	private final ModelAttributes models = new ModelAttributes();

	private final Map<UUID, MeteredCall> calls = new ConcurrentHashMap<>();

	/**
	 * Create a handler.
	 * @param registry the registry of the meters
	 * @param conventions the version of the conventions for names
	 */
	public LlmMeterHandler(MeterRegistry registry, GenAiConventions conventions) {
		this(registry, conventions, TOKEN_USAGE);
	}

	/**
	 * Create a handler with a name of its own for the meter of token usage, for
	 * registries in which a meter of another type has the name of the conventions.
	 * @param registry the registry of the meters
	 * @param conventions the version of the conventions for names
	 * @param usageMeter the name of the summary of tokens; has no effect with the
	 * {@linkplain GenAiConventions#LATEST latest} conventions
	 */
	public LlmMeterHandler(MeterRegistry registry, GenAiConventions conventions, String usageMeter) {
		this.registry = registry;
		this.conventions = conventions;
		this.usageMeter = usageMeter;
	}

	@Override
	public Mono<Void> onChatModelStart(ChatModelStart event) {
		return Mono.deferContextual((context) -> {
			if (RunSpec.isObserved(context)) {
				MeteredCall call = new MeteredCall(ModelProvider.from(context), event.options().model());
				this.calls.put(event.run().id(), call);
			}
			return Mono.empty();
		});
	}

	@Override
	public Mono<Void> onLlmNewToken(LlmNewToken event) {
		MeteredCall call = this.calls.get(event.run().id());
		if (call != null) {
			call.chunk(event.timestamp());
		}
		return Mono.empty();
	}

	@Override
	public Mono<Void> onLlmEnd(LlmEnd event) {
		return ended(event);
	}

	@Override
	public Mono<Void> onLlmError(LlmError event) {
		return ended(event);
	}

	@Override
	public Mono<Void> onLlmCancel(LlmCancel event) {
		return ended(event);
	}

	private Mono<Void> ended(RunEnd end) {
		MeteredCall call = this.calls.remove(end.run().id());
		if (call != null) {
			call.ended(end, this.models, this.registry, this.conventions, this.usageMeter);
		}
		return Mono.empty();
	}

}
