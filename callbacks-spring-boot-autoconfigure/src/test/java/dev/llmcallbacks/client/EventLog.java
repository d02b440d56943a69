package dev.llmcallbacks.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.LlmNewToken;

/**
 * A blocking handler that remembers everything it hears.
 */
public class EventLog implements CallbackHandler {

	private final List<CallbackEvent> events = new CopyOnWriteArrayList<>();

	private final List<String> threads = new CopyOnWriteArrayList<>();

	@Override
	public void onEvent(CallbackEvent event) {
		this.events.add(event);
		this.threads.add(Thread.currentThread().getName());
	}

	public List<CallbackEvent> events() {
		return this.events;
	}

	public List<String> names() {
		return this.events.stream().map((event) -> event.getClass().getSimpleName()).toList();
	}

	public <E extends CallbackEvent> List<E> of(Class<E> type) {
		return this.events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	public String tokens() {
		return of(LlmNewToken.class).stream().map(LlmNewToken::token).collect(Collectors.joining());
	}

	public List<String> threads() {
		return this.threads;
	}

}
