package dev.llmcallbacks.test;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolCallChunk;

/**
 * What a {@link ScriptedChatModel} answers, chunk by chunk. Reads as it happens:
 * <pre class="code">
 * tokens("Why ", "not").withUsage(5, 2).then(failure(new IOException("broken off")))
 * </pre>
 * <p>
 * Immutable, and good for any number of calls. The model adds a finish reason to an
 * answer that completes without one.
 */
@FunctionalInterface
public interface ScriptedAnswer {

	/**
	 * Return the chunks of the answer to a request.
	 * @param request what is asked
	 * @return the chunks, each subscription from the first one on
	 */
	Flux<ChatChunk> chunks(ChatRequest request);

	/**
	 * Answer a text, a token for each word.
	 * @param text the text
	 * @return the answer
	 */
	static ScriptedAnswer text(String text) {
		return tokens(text.split("(?<=\\s)(?=\\S)"));
	}

	/**
	 * Answer a text in given tokens.
	 * @param tokens the tokens
	 * @return the answer
	 */
	static ScriptedAnswer tokens(String... tokens) {
		List<ChatChunk> chunks = Arrays.stream(tokens).map(ChatChunk::text).toList();
		return (request) -> Flux.fromIterable(chunks);
	}

	/**
	 * Disclose reasoning.
	 * @param tokens the fragments of the reasoning
	 * @return the answer
	 */
	static ScriptedAnswer reasoning(String... tokens) {
		List<ChatChunk> chunks = Arrays.stream(tokens).map((token) -> content(token, List.of())).toList();
		return (request) -> Flux.fromIterable(chunks);
	}

	/**
	 * Want tools called. Arguments arrive in two fragments, as those of a real model do.
	 * @param calls all calls of the answer, in the model's order
	 * @return the answer
	 */
	static ScriptedAnswer toolCalls(ToolCall... calls) {
		List<ChatChunk> chunks = IntStream.range(0, calls.length)
			.boxed()
			.flatMap((index) -> fragments(index, calls[index]))
			.map((fragment) -> content(null, List.of(fragment)))
			.toList();
		return (request) -> Flux.fromIterable(chunks);
	}

	/**
	 * Fail.
	 * @param failure what the call fails with
	 * @return the answer
	 */
	static ScriptedAnswer failure(Throwable failure) {
		return (request) -> Flux.error(failure);
	}

	/**
	 * Say nothing, and do not end: the call goes on until it is cancelled.
	 * @return the answer
	 */
	static ScriptedAnswer silence() {
		return (request) -> Flux.never();
	}

	/**
	 * Go on with another answer when this one has completed.
	 * @param next what comes then
	 * @return both answers as one
	 */
	default ScriptedAnswer then(ScriptedAnswer next) {
		return (request) -> chunks(request).concatWith(Flux.defer(() -> next.chunks(request)));
	}

	/**
	 * Wait before each chunk of this answer, by the clock of Reactor's parallel
	 * scheduler, which is virtual in {@code StepVerifier.withVirtualTime}.
	 * @param delay how long to wait
	 * @return the slower answer
	 */
	default ScriptedAnswer withDelay(Duration delay) {
		return (request) -> chunks(request).concatMapDelayError((chunk) -> Mono.delay(delay).thenReturn(chunk), 1);
	}

	/**
	 * Wait until something has happened before this answer begins.
	 * @param trigger completes, or gives something, when it has happened
	 * @return the later answer
	 */
	default ScriptedAnswer after(Publisher<?> trigger) {
		return (request) -> chunks(request).delaySubscription(trigger);
	}

	/**
	 * Tell the tokens used; none are told otherwise.
	 * @param input tokens of the prompt
	 * @param output tokens of the answer
	 * @return the answer, with its usage at the end
	 */
	default ScriptedAnswer withUsage(int input, int output) {
		return withUsage(new TokenUsage(input, output, input + output, 0, 0, 0));
	}

	/**
	 * Tell the tokens used; none are told otherwise.
	 * @param usage the usage
	 * @return the answer, with its usage at the end
	 */
	default ScriptedAnswer withUsage(TokenUsage usage) {
		return then((request) -> Flux.just(fact(null, usage)));
	}

	/**
	 * Tell why the answer ended; otherwise that tools are wanted, if so, or that it was
	 * complete.
	 * @param reason the finish reason
	 * @return the answer, with its finish reason at the end
	 */
	default ScriptedAnswer withFinishReason(FinishReason reason) {
		return then((request) -> Flux.just(fact(reason, null)));
	}

	private static Stream<ToolCallChunk> fragments(int index, ToolCall call) {
		int half = call.arguments().length() / 2;
		return Stream.of(new ToolCallChunk(index, call.id(), call.name(), ""),
				new ToolCallChunk(index, null, null, call.arguments().substring(0, half)),
				new ToolCallChunk(index, null, null, call.arguments().substring(half)));
	}

	private static ChatChunk content(@Nullable String reasoning, List<ToolCallChunk> toolCalls) {
		return new ChatChunk(0, "", reasoning, toolCalls, null, null, null, null, null, Map.of());
	}

	private static ChatChunk fact(@Nullable FinishReason reason, @Nullable TokenUsage usage) {
		return new ChatChunk(0, "", null, List.of(), reason, null, usage, null, null, Map.of());
	}

}
