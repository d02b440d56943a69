package dev.llmcallbacks.dispatch;

import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.springframework.core.Ordered;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback.Delivery;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.dispatch.HandlerRegistration.Instance;
import dev.llmcallbacks.dispatch.HandlerRegistration.Scope;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.CustomEvent;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmNewToken;

/**
 * Every kind of handler, and every way in which one is called.
 */
enum HandlerKind {

	SYNC_CLASS(SyncClass::new, (settings) -> settings),

	ASYNC_CLASS(AsyncClass::new, (settings) -> settings),

	SYNC_FUNCTION((probe) -> CallbackHandler.on(CallbackEvent.class, probe::sync), (settings) -> settings),

	ASYNC_FUNCTION((probe) -> AsyncCallbackHandler.on(CallbackEvent.class, probe::async), (settings) -> settings),

	SYNC_LOCKSTEP(SyncClass::new, (settings) -> settings.delivery(Delivery.LOCKSTEP)),

	ASYNC_LOCKSTEP(AsyncClass::new, (settings) -> settings.delivery(Delivery.LOCKSTEP)),

	SYNC_INLINE(SyncClass::new, (settings) -> settings.delivery(Delivery.INLINE)),

	ASYNC_INLINE(AsyncClass::new, (settings) -> settings.delivery(Delivery.INLINE)),

	SYNC_SERIAL(SyncClass::new, TestSettings::serial),

	ASYNC_SERIAL(AsyncClass::new, TestSettings::serial),

	SYNC_PER_ROOT_RUN(SyncClass::new, (settings) -> settings),

	ASYNC_PER_ROOT_RUN(AsyncClass::new, (settings) -> settings);

	private final Function<Probe, LlmCallbackHandler> factory;

	private final UnaryOperator<TestSettings> settings;

	HandlerKind(Function<Probe, LlmCallbackHandler> factory, UnaryOperator<TestSettings> settings) {
		this.factory = factory;
		this.settings = settings;
	}

	LlmCallbackHandler handler(Probe probe) {
		return this.factory.apply(probe);
	}

	HandlerRegistration registration(Probe probe) {
		return registration(probe, (settings) -> settings);
	}

	HandlerRegistration registration(Probe probe, UnaryOperator<TestSettings> further) {
		LlmCallbackHandler first = handler(probe);
		HandlerSettings settings = further.apply(this.settings.apply(new TestSettings())).build();
		if (!isPerRootRun()) {
			return HandlerRegistration.of(first, settings);
		}
		return new HandlerRegistration(name(), first.getClass(), (attributes) -> new Instance(handler(probe)),
				Scope.PER_ROOT_RUN, Ordered.LOWEST_PRECEDENCE, settings);
	}

	boolean isSync() {
		return name().startsWith("SYNC");
	}

	boolean isInline() {
		return name().endsWith("INLINE");
	}

	boolean isLockstep() {
		return name().endsWith("LOCKSTEP");
	}

	boolean isPerRootRun() {
		return name().endsWith("PER_ROOT_RUN");
	}

	/** Whether it is called on threads that may block. */
	boolean hasOwnThreads() {
		return isSync() && !isInline();
	}

	private record SyncClass(Probe probe) implements CallbackHandler {

		@Override
		public void onChatModelStart(ChatModelStart event) {
			this.probe.sync(event);
		}

		@Override
		public void onLlmNewToken(LlmNewToken event) {
			this.probe.sync(event);
		}

		@Override
		public void onLlmEnd(LlmEnd event) {
			this.probe.sync(event);
		}

		@Override
		public void onLlmError(LlmError event) {
			this.probe.sync(event);
		}

		@Override
		public void onLlmCancel(LlmCancel event) {
			this.probe.sync(event);
		}

		@Override
		public void onChainStart(ChainStart event) {
			this.probe.sync(event);
		}

		@Override
		public void onChainEnd(ChainEnd event) {
			this.probe.sync(event);
		}

		@Override
		public void onChainError(ChainError event) {
			this.probe.sync(event);
		}

		@Override
		public void onChainCancel(ChainCancel event) {
			this.probe.sync(event);
		}

		@Override
		public void onCustomEvent(CustomEvent event) {
			this.probe.sync(event);
		}

	}

	private record AsyncClass(Probe probe) implements AsyncCallbackHandler {

		@Override
		public Mono<Void> onChatModelStart(ChatModelStart event) {
			return this.probe.async(event);
		}

		@Override
		public Mono<Void> onLlmNewToken(LlmNewToken event) {
			return this.probe.async(event);
		}

		@Override
		public Mono<Void> onLlmEnd(LlmEnd event) {
			return this.probe.async(event);
		}

		@Override
		public Mono<Void> onLlmError(LlmError event) {
			return this.probe.async(event);
		}

		@Override
		public Mono<Void> onLlmCancel(LlmCancel event) {
			return this.probe.async(event);
		}

		@Override
		public Mono<Void> onChainStart(ChainStart event) {
			return this.probe.async(event);
		}

		@Override
		public Mono<Void> onChainEnd(ChainEnd event) {
			return this.probe.async(event);
		}

		@Override
		public Mono<Void> onChainError(ChainError event) {
			return this.probe.async(event);
		}

		@Override
		public Mono<Void> onChainCancel(ChainCancel event) {
			return this.probe.async(event);
		}

		@Override
		public Mono<Void> onCustomEvent(CustomEvent event) {
			return this.probe.async(event);
		}

	}

}
