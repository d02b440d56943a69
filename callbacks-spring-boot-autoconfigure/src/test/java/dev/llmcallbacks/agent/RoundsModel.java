package dev.llmcallbacks.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.client.ScriptedChatModel;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolCallChunk;
import dev.llmcallbacks.model.ChatModel;

/**
 * A model that gives one answer after the other, the last again and again, and remembers
 * what it was asked.
 */
final class RoundsModel implements ChatModel {

	private final List<AiMessage> answers;

	private final List<ChatRequest> requests = new CopyOnWriteArrayList<>();

	RoundsModel(AiMessage... answers) {
		this.answers = List.of(answers);
	}

	static AiMessage wants(ToolCall... calls) {
		return new AiMessage("Let me see. ", List.of(calls), null, Map.of("signature", "s1"));
	}

	static ToolCall call(String id, String name, String arguments) {
		return new ToolCall(id, name, arguments);
	}

	List<ChatRequest> requests() {
		return this.requests;
	}

	@Override
	public Flux<ChatChunk> stream(ChatRequest request) {
		return Flux.defer(() -> {
			AiMessage answer = next(request);
			List<ChatChunk> chunks = new ArrayList<>();
			answer.text().codePoints().forEach((letter) -> chunks.add(ChatChunk.text(Character.toString(letter))));
			IntStream.range(0, answer.toolCalls().size())
				.forEach((index) -> chunks.addAll(pieces(index, answer.toolCalls().get(index))));
			chunks.add(new ChatChunk(0, "", null, List.of(), reason(answer), "end", ScriptedChatModel.USAGE, "rounds-1",
					"answer", answer.details()));
			return Flux.fromIterable(chunks);
		});
	}

	private static List<ChatChunk> pieces(int index, ToolCall call) {
		int half = call.arguments().length() / 2;
		return List.of(piece(new ToolCallChunk(index, call.id(), call.name(), "")),
				piece(new ToolCallChunk(index, null, null, call.arguments().substring(0, half))),
				piece(new ToolCallChunk(index, null, null, call.arguments().substring(half))));
	}

	private static ChatChunk piece(ToolCallChunk piece) {
		return new ChatChunk(0, "", null, List.of(piece), null, null, null, null, null, Map.of());
	}

	@Override
	public Mono<ChatResponse> call(ChatRequest request) {
		return Mono.fromSupplier(() -> {
			AiMessage answer = next(request);
			return new ChatResponse(List.of(new ChatGeneration(answer, reason(answer), "end", Map.of())),
					new LlmOutput("rounds-1", ScriptedChatModel.USAGE, "answer"));
		});
	}

	private AiMessage next(ChatRequest request) {
		this.requests.add(request);
		return this.answers.get(Math.min(this.requests.size(), this.answers.size()) - 1);
	}

	private static FinishReason reason(AiMessage answer) {
		return answer.toolCalls().isEmpty() ? FinishReason.STOP : FinishReason.TOOL_CALLS;
	}

}
