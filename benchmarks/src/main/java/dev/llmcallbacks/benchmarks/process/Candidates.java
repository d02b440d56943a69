package dev.llmcallbacks.benchmarks.process;

import java.util.List;

import org.reactivestreams.Publisher;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.benchmarks.load.AsyncTokenCounter;
import dev.llmcallbacks.benchmarks.load.BytesReader;
import dev.llmcallbacks.benchmarks.load.Protocol;
import dev.llmcallbacks.benchmarks.load.StreamingParserReader;
import dev.llmcallbacks.benchmarks.load.TokenCounter;
import dev.llmcallbacks.benchmarks.load.Transcript;
import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.model.ChatModel;

/**
 * The ways to read one provider's answers that are compared with each other.
 */
final class Candidates {

	/** What the others are compared with. */
	static final String BYTES = "`WebClient`, bytes thrown away";

	/** The plainest reader that finds the texts. */
	static final String PARSER = "`WebClient`, lines, Jackson's streaming parser";

	/** What those with handlers are compared with. */
	static final String NO_HANDLER = "`ChatClient`, no handler";

	private static final ChatOptions OPTIONS = ChatOptions.builder().model("model").build();

	private static final String PROMPT = "Tell me a joke";

	private final Transcript transcript;

	private final BytesReader bytesReader;

	private final StreamingParserReader parserReader;

	private final ChatModel model;

	private final TokenCounter sync = new TokenCounter();

	private final AsyncTokenCounter async = new AsyncTokenCounter();

	Candidates(Protocol protocol, Transcript transcript, WebClient.Builder webClientBuilder, String baseUrl) {
		this.transcript = transcript;
		this.bytesReader = new BytesReader(protocol, webClientBuilder, baseUrl);
		this.parserReader = new StreamingParserReader(protocol, webClientBuilder, baseUrl);
		this.model = protocol.chatModel(webClientBuilder, baseUrl);
	}

	List<Candidate> all() {
		ChatRequest request = new ChatRequest(List.of(new HumanMessage(PROMPT)), OPTIONS, List.of());
		return List.of(new Candidate(BYTES, this.bytesReader::read, this.transcript.length(), 0, () -> 0),
				new Candidate(PARSER, () -> this.parserReader.read().map(String::length), this.transcript.characters(),
						0, () -> 0),
				new Candidate("`ChatModel`, no run", () -> characters(this.model.stream(request)),
						this.transcript.characters(), 0, () -> 0),
				client(NO_HANDLER), client("`ChatClient`, one sync", this.sync),
				client("`ChatClient`, one async", this.async),
				client("`ChatClient`, one sync, one async", this.sync, this.async));
	}

	private Candidate client(String name, LlmCallbackHandler... handlers) {
		ChatClient client = ChatClient.builder(this.model)
			.callbackManager(CallbackManager.builder().handlers(handlers).build())
			.defaultOptions(OPTIONS)
			.build();
		return new Candidate(name, () -> characters(client.prompt(PROMPT).stream()), this.transcript.characters(),
				handlers.length, () -> this.sync.takeCharacters() + this.async.takeCharacters());
	}

	private static Publisher<Integer> characters(Flux<ChatChunk> chunks) {
		return chunks.map((chunk) -> chunk.text().length());
	}

}
