package dev.llmcallbacks.sample.program;

import java.time.Duration;

import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.AsyncCallbackHandler;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmStart;

/**
 * Sleeps a little before it says that the model starts and ends. Does not block: the
 * model is called, and the result handed on, when it has woken up.
 */
class MyCustomAsyncHandler implements AsyncCallbackHandler {

	private static final Duration NAP = Duration.ofMillis(300);

	@Override
	public Mono<Void> onLlmStart(LlmStart event) {
		return sleepThenSay("Hi! I just woke up. Your llm is starting");
	}

	@Override
	public Mono<Void> onLlmEnd(LlmEnd event) {
		return sleepThenSay("Hi! I just woke up. Your llm is ending");
	}

	private static Mono<Void> sleepThenSay(String words) {
		return say("zzzz....").then(Mono.delay(NAP)).then(say(words));
	}

	private static Mono<Void> say(String words) {
		return Mono.fromRunnable(() -> System.out.println(words));
	}

}
