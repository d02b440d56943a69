package dev.llmcallbacks.examples.decorators;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelDecorator;

/**
 * Sends the earlier turns of a conversation with each request, and stores a turn when the
 * model has answered. The conversation is named by the metadata of the run.
 */
class Memory implements ChatModelDecorator {

	static final String CONVERSATION = "conversation";

	private final Store store;

	Memory(Store store) {
		this.store = store;
	}

	@Override
	public ChatModel decorate(ChatModel delegate) {
		return new ChatModel() {

			@Override
			public Flux<ChatChunk> stream(ChatRequest request) {
				return conversation()
					.flatMapMany((conversation) -> withHistory(conversation, request)
						.flatMapMany((whole) -> Flux.defer(() -> answer(conversation, request, whole))))
					.switchIfEmpty(Flux.defer(() -> delegate.stream(request)));
			}

			// what is gathered belongs to one subscription
			private Flux<ChatChunk> answer(String conversation, ChatRequest turn, ChatRequest whole) {
				List<ChatChunk> chunks = new ArrayList<>();
				return delegate.stream(whole)
					.doOnNext(chunks::add)
					.concatWith(Mono
						.defer(() -> isAnswer(chunks) ? store(conversation, turn, text(chunks)) : Mono.empty()));
			}

			@Override
			public Mono<ChatResponse> call(ChatRequest request) {
				return conversation()
					.flatMap((conversation) -> withHistory(conversation, request).flatMap(delegate::call)
						.delayUntil((response) -> {
							AiMessage answer = response.generations().get(0).message();
							return answer.toolCalls().isEmpty() ? store(conversation, request, answer.text())
									: Mono.empty();
						}))
					.switchIfEmpty(Mono.defer(() -> delegate.call(request)));
			}

		};
	}

	private static Mono<String> conversation() {
		return Mono.deferContextual((context) -> Mono.justOrEmpty(
				CurrentRun.from(context).map((run) -> run.metadata().get(CONVERSATION)).map(Object::toString)));
	}

	// the system message comes first, then the earlier turns, then this one
	private Mono<ChatRequest> withHistory(String conversation, ChatRequest request) {
		return this.store.load(conversation).map((history) -> {
			Stream<ChatMessage> system = request.messages().stream().filter(SystemMessage.class::isInstance);
			List<ChatMessage> messages = Stream.of(system, history.stream(), turn(request))
				.flatMap(Function.identity())
				.toList();
			return new ChatRequest(messages, request.options(), request.tools());
		});
	}

	// an agent calls the model again with the results of tools: its turn is not complete
	private static boolean isAnswer(List<ChatChunk> chunks) {
		return chunks.stream().allMatch((chunk) -> chunk.toolCalls().isEmpty());
	}

	private static String text(List<ChatChunk> chunks) {
		StringBuilder text = new StringBuilder();
		chunks.stream().filter((chunk) -> chunk.choice() == 0).map(ChatChunk::text).forEach(text::append);
		return text.toString();
	}

	private <T> Mono<T> store(String conversation, ChatRequest request, String answer) {
		List<ChatMessage> turn = Stream.concat(turn(request), Stream.of(new AiMessage(answer))).toList();
		return this.store.append(conversation, turn).then(Mono.empty());
	}

	private static Stream<ChatMessage> turn(ChatRequest request) {
		return request.messages().stream().filter((message) -> !(message instanceof SystemMessage));
	}

	/**
	 * Conversations, for example in a database.
	 */
	interface Store {

		Mono<List<ChatMessage>> load(String conversation);

		Mono<Void> append(String conversation, List<ChatMessage> turn);

	}

}
