package dev.llmcallbacks.test;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.provider.AnswerAssembler;
import dev.llmcallbacks.run.Outcome;

/**
 * A chat model that answers what a test tells it to, and remembers what it was asked.
 * <p>
 * A call gets the answer whose {@linkplain #answerWhen condition} it meets, of several
 * the one that was added last; else the {@linkplain #answer next in the row}; else what
 * is {@linkplain #answerAlways answered always}. With none of these it fails with an
 * {@link AssertionError}.
 * <p>
 * Safe for use by any number of threads. As with any model, nothing happens before a
 * subscription, and each is a call of its own.
 */
public final class ScriptedChatModel implements ChatModel {

	private static final ScriptedAnswer NOTHING = (request) -> Flux.error(() -> new AssertionError(
			"No answer is scripted for %s. Script one with answer(…), answerWhen(…) or ".formatted(request.messages())
					+ "answerAlways(…); for a call during the start of an application, declare a bean "
					+ "new ScriptedChatModel(answer) in the test"));

	private final ScriptedAnswer initial;

	private final List<ModelCall> calls = new CopyOnWriteArrayList<>();

	private final Object lock = new Object();

	/** The latest first; guarded by the lock. */
	private final Deque<Rule> rules = new ArrayDeque<>();

	/** Guarded by the lock. */
	private final Deque<ScriptedAnswer> row = new ArrayDeque<>();

	/** Guarded by the lock. */
	private ScriptedAnswer always;

	/**
	 * Create a model that has no answer yet.
	 */
	public ScriptedChatModel() {
		this(NOTHING);
	}

	/**
	 * Create a model that always gives an answer, also after a {@link #reset()}.
	 * @param always the answer where nothing else is scripted
	 */
	public ScriptedChatModel(ScriptedAnswer always) {
		this.initial = always;
		this.always = always;
	}

	/**
	 * Create a model that always answers in given tokens.
	 * @param tokens the tokens
	 * @return the model
	 */
	public static ScriptedChatModel of(String... tokens) {
		return new ScriptedChatModel(ScriptedAnswer.tokens(tokens));
	}

	/**
	 * Answer the next calls, one each. Adds to the row of those that are left.
	 * @param answers the answers
	 * @return this model
	 */
	public ScriptedChatModel answer(ScriptedAnswer... answers) {
		synchronized (this.lock) {
			this.row.addAll(Arrays.asList(answers));
			return this;
		}
	}

	/**
	 * Answer the next call with a text, a token for each word.
	 * @param text the text
	 * @return this model
	 */
	public ScriptedChatModel answer(String text) {
		return answer(ScriptedAnswer.text(text));
	}

	/**
	 * Answer every call that meets a condition.
	 * @param condition tells whether a request is meant
	 * @param answer the answer
	 * @return this model
	 */
	public ScriptedChatModel answerWhen(Predicate<ChatRequest> condition, ScriptedAnswer answer) {
		synchronized (this.lock) {
			this.rules.addFirst(new Rule(condition, answer));
			return this;
		}
	}

	/**
	 * Answer every call whose last message contains a text.
	 * @param part the text, case and all
	 * @param answer the answer
	 * @return this model
	 */
	public ScriptedChatModel answerWhen(String part, ScriptedAnswer answer) {
		return answerWhen((request) -> {
			List<ChatMessage> messages = request.messages();
			return !messages.isEmpty() && messages.get(messages.size() - 1).text().contains(part);
		}, answer);
	}

	/**
	 * Answer every call for which nothing else is scripted.
	 * @param answer the answer
	 * @return this model
	 */
	public ScriptedChatModel answerAlways(ScriptedAnswer answer) {
		synchronized (this.lock) {
			this.always = answer;
			return this;
		}
	}

	/**
	 * Return the calls received so far.
	 * @return the calls, in their order
	 */
	public List<ModelCall> calls() {
		return List.copyOf(this.calls);
	}

	/**
	 * Return what was asked so far.
	 * @return the requests of all calls, in their order
	 */
	public List<ChatRequest> requests() {
		return this.calls.stream().map(ModelCall::request).toList();
	}

	/**
	 * Forget the script and the calls. Calls that are going on are not disturbed.
	 */
	public void reset() {
		synchronized (this.lock) {
			this.rules.clear();
			this.row.clear();
			this.always = this.initial;
		}
		this.calls.clear();
	}

	@Override
	public Flux<ChatChunk> stream(ChatRequest request) {
		return answer(request, true);
	}

	@Override
	public Mono<ChatResponse> call(ChatRequest request) {
		return answer(request, false).collect(AnswerAssembler::new, AnswerAssembler::add)
			.map(AnswerAssembler::toResponse);
	}

	private Flux<ChatChunk> answer(ChatRequest request, boolean streaming) {
		return Flux.defer(() -> {
			ModelCall call = new ModelCall(request, streaming);
			this.calls.add(call);
			return new FinishedAnswer(next(request)).chunks(request)
				.doOnComplete(() -> call.ended(Outcome.COMPLETED))
				.doOnError((failure) -> call.ended(Outcome.FAILED))
				.doOnCancel(() -> call.ended(Outcome.CANCELLED));
		});
	}

	private ScriptedAnswer next(ChatRequest request) {
		synchronized (this.lock) {
			for (Rule rule : this.rules) {
				if (rule.condition().test(request)) {
					return rule.answer();
				}
			}
			ScriptedAnswer next = this.row.poll();
			return (next != null) ? next : this.always;
		}
	}

	private record Rule(Predicate<ChatRequest> condition, ScriptedAnswer answer) {

	}

}
