package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.content.retriever.EmbeddingStoreContentRetriever;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;
import dev.llmcallbacks.tool.LlmTool;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that use LangChain4j: real clients, AI services, tools and a retriever, on
 * a scripted server.
 */
final class LangChain4jApplications implements AutoCloseable {

	static final Duration TIMEOUT = Duration.ofSeconds(20);

	/** Thread-local of the application, which is registered nowhere. */
	static final ThreadLocal<String> USER = new ThreadLocal<>();

	final ScriptedChatModel script = new ScriptedChatModel();

	final ScriptedProvider server = ScriptedProvider.start(this.script);

	final EventRecorder recorder = new EventRecorder(TIMEOUT);

	// the same application with the library and without it
	ApplicationContextRunner application(Provider provider, boolean withLibrary) {
		ApplicationContextRunner runner = withLibrary
				? Applications.withoutModel()
					.withConfiguration(AutoConfigurations.of(LangChain4jAutoConfiguration.class,
							LangChain4jChatModelAutoConfiguration.class))
					.withBean(EventRecorder.class, () -> this.recorder)
					.withBean("recording", Recording.class, () -> new Recording(this.recorder))
				: new ApplicationContextRunner();
		return runner.withBean("model", provider.wholeType, () -> provider.whole(this.server))
			.withBean("streamingModel", provider.streamingType, () -> provider.streaming(this.server))
			.withBean(Ferries.class)
			.withBean("retriever", ContentRetriever.class, LangChain4jApplications::retriever)
			.withUserConfiguration(Guides.class);
	}

	void run(Provider provider, Consumer<ApplicationContext> test) {
		application(provider, true).run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context);
		});
	}

	private static ContentRetriever retriever() {
		InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
		EmbeddingModel lengths = new Lengths();
		store.add(lengths.embed("The harbour opens at nine").content(), TextSegment.from("The harbour opens at nine"));
		return EmbeddingStoreContentRetriever.builder().embeddingStore(store).embeddingModel(lengths).build();
	}

	@Override
	public void close() {
		this.server.close();
	}

	/**
	 * Client of LangChain4j.
	 */
	enum Provider {

		OPENAI(OpenAiChatModel.class, OpenAiStreamingChatModel.class),

		ANTHROPIC(AnthropicChatModel.class, AnthropicStreamingChatModel.class);

		final Class<? extends ChatModel> wholeType;

		final Class<? extends StreamingChatModel> streamingType;

		Provider(Class<? extends ChatModel> wholeType, Class<? extends StreamingChatModel> streamingType) {
			this.wholeType = wholeType;
			this.streamingType = streamingType;
		}

		@SuppressWarnings("unchecked")
		<M extends ChatModel> M whole(ScriptedProvider server) {
			return (M) whole(server, 0);
		}

		ChatModel retrying(ScriptedProvider server) {
			return whole(server, 2);
		}

		private ChatModel whole(ScriptedProvider server, int retries) {
			return (this == OPENAI)
					? OpenAiChatModel.builder()
						.baseUrl(server.openAiBaseUrl())
						.apiKey("key")
						.modelName(model())
						.returnThinking(true)
						.maxRetries(retries)
						.build()
					: AnthropicChatModel.builder()
						.baseUrl(server.anthropicBaseUrl() + "/v1")
						.apiKey("key")
						.modelName(model())
						.returnThinking(true)
						.maxRetries(retries)
						.build();
		}

		@SuppressWarnings("unchecked")
		<M extends StreamingChatModel> M streaming(ScriptedProvider server) {
			return (M) ((this == OPENAI)
					? OpenAiStreamingChatModel.builder()
						.baseUrl(server.openAiBaseUrl())
						.apiKey("key")
						.modelName(model())
						.returnThinking(true)
						.build()
					: AnthropicStreamingChatModel.builder()
						.baseUrl(server.anthropicBaseUrl() + "/v1")
						.apiKey("key")
						.modelName(model())
						.returnThinking(true)
						.build());
		}

		String model() {
			return (this == OPENAI) ? "gpt-scripted" : "claude-scripted";
		}

		String id() {
			return (this == OPENAI) ? "openai" : "anthropic";
		}

		String wholeName() {
			return this.wholeType.getSimpleName();
		}

		String streamingName() {
			return this.streamingType.getSimpleName();
		}

	}

	/**
	 * AI service that answers as a whole.
	 */
	public interface Guide {

		String answer(@MemoryId String user, @UserMessage String question);

		default String twice(String text) {
			return answer("carol", text) + answer("carol", text);
		}

	}

	/**
	 * AI service that streams.
	 */
	public interface StreamedGuide {

		TokenStream answer(@MemoryId String user, @UserMessage String question);

	}

	/**
	 * AI service whose tools are called concurrently.
	 */
	public interface ConcurrentGuide {

		String answer(String question);

	}

	/**
	 * AI service that streams reactively.
	 */
	public interface FluxGuide {

		Flux<String> answer(String question);

	}

	/**
	 * AI service without tools.
	 */
	public interface PlainGuide {

		String answer(String question);

	}

	/**
	 * AI services as an application defines them.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Guides {

		@Bean
		Guide guide(@Qualifier("model") ChatModel model, Ferries ferries, ContentRetriever retriever) {
			return AiServices.builder(Guide.class)
				.chatModel(model)
				.chatMemoryProvider((id) -> MessageWindowChatMemory.withMaxMessages(20))
				.tools(ferries)
				.contentRetriever(retriever)
				.build();
		}

		@Bean
		StreamedGuide streamedGuide(StreamingChatModel model, Ferries ferries, ContentRetriever retriever) {
			return AiServices.builder(StreamedGuide.class)
				.streamingChatModel(model)
				.chatMemoryProvider((id) -> MessageWindowChatMemory.withMaxMessages(20))
				.tools(ferries)
				.contentRetriever(retriever)
				.build();
		}

		@Bean
		FluxGuide fluxGuide(StreamingChatModel model, Ferries ferries) {
			return AiServices.builder(FluxGuide.class).streamingChatModel(model).tools(ferries).build();
		}

		@Bean
		PlainGuide plainGuide(@Qualifier("model") ChatModel model) {
			return AiServices.builder(PlainGuide.class).chatModel(model).build();
		}

		@Bean
		ConcurrentGuide concurrentGuide(@Qualifier("model") ChatModel model, Ferries ferries) {
			return AiServices.builder(ConcurrentGuide.class)
				.chatModel(model)
				.tools(ferries)
				.executeToolsConcurrently()
				.build();
		}

	}

	/**
	 * Tools that note what they are called with.
	 */
	static class Ferries {

		final List<String> seen = new CopyOnWriteArrayList<>();

		@dev.langchain4j.agent.tool.Tool("Finds ferries")
		String ferry(@P("Where to") String to) {
			this.seen.add(to + " on " + Thread.currentThread().getName() + " for " + USER.get());
			return "To the " + to + " at ten";
		}

		@dev.langchain4j.agent.tool.Tool
		String broken() {
			throw new IllegalStateException("The harbour is closed");
		}

	}

	/**
	 * Tools of the library.
	 */
	static class OwnFerries {

		@LlmTool(description = "Finds ferries")
		String ferry(String to) {
			return "To the " + to + " at ten";
		}

	}

	/**
	 * Refuses every call of a model.
	 */
	@LlmCallback(raiseError = true)
	static class Veto implements CallbackHandler {

		@Override
		public void onChatModelStart(ChatModelStart event) {
			throw new IllegalStateException("Not today");
		}

	}

	/**
	 * Hands all events to a recorder.
	 */
	@LlmCallback
	static class Recording implements CallbackHandler {

		private final EventRecorder recorder;

		Recording(EventRecorder recorder) {
			this.recorder = recorder;
		}

		@Override
		public void onEvent(CallbackEvent event) {
			this.recorder.onEvent(event);
		}

	}

	/**
	 * What an application receives of a stream.
	 */
	static class Received implements StreamingChatResponseHandler {

		private final CompletableFuture<ChatResponse> response = new CompletableFuture<>();

		Consumer<PartialResponseContext> onToken = (token) -> {
		};

		@Override
		public void onPartialResponse(PartialResponse partialResponse, PartialResponseContext context) {
			this.onToken.accept(context);
		}

		@Override
		public void onCompleteResponse(ChatResponse completeResponse) {
			this.response.complete(completeResponse);
		}

		@Override
		public void onError(Throwable error) {
			this.response.completeExceptionally(error);
		}

		String text() {
			try {
				return this.response.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).aiMessage().text();
			}
			catch (ExecutionException ex) {
				throw (ex.getCause() instanceof RuntimeException cause) ? cause
						: new IllegalStateException(ex.getCause());
			}
			catch (InterruptedException | TimeoutException ex) {
				throw new AssertionError(ex);
			}
		}

	}

	/**
	 * Embeds texts by their length.
	 */
	static class Lengths implements EmbeddingModel {

		@Override
		public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
			return Response.from(segments.stream()
				.map((segment) -> Embedding.from(new float[] { segment.text().length(), 5 }))
				.toList());
		}

	}

}
