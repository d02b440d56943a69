package dev.llmcallbacks.observation;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.model.ModelProvider;

/**
 * Measures what no observation does: when an answer begins, how fast it goes on, and how
 * many tokens are used, also by calls that fail or are cancelled. A token costs one note
 * of its arrival; meters are written to when the call has ended.
 */
public final class LlmMeterHandler implements AsyncCallbackHandler {

	private final MeterRegistry registry;

	private final GenAiConventions conventions;

	private final Map<UUID, MeteredCall> calls = new ConcurrentHashMap<>();

	/**
	 * Create a handler.
	 * @param registry where the meters are
	 * @param conventions the version of the conventions for names
	 */
	public LlmMeterHandler(MeterRegistry registry, GenAiConventions conventions) {
		this.registry = registry;
		this.conventions = conventions;
	}

	@Override
	public Mono<Void> onChatModelStart(ChatModelStart event) {
		return Mono.deferContextual((context) -> {
			ModelAttributes model = new ModelAttributes(ModelProvider.from(context), event.options().model());
			this.calls.put(event.run().id(), new MeteredCall(model));
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
			call.ended(end, this.registry, this.conventions);
		}
		return Mono.empty();
	}

}
