package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Sinks;

import dev.llmcallbacks.callback.CallbackHandler;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackException;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.RetrieverEnd;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.langchain4j.LangChain4jChatModel;
import dev.llmcallbacks.langchain4j.LangChain4jRetriever;
import dev.llmcallbacks.langchain4j.LangChain4jTools;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.RecordedRun;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.test.ScriptedProvider;
import dev.llmcallbacks.tool.LlmTool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link LangChain4jAutoConfiguration}, with LangChain4j's real clients and AI
 * services: the runs, and that the application notices nothing of them.
 */
class LangChain4jBridgeTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final ThreadLocal<String> USER = new ThreadLocal<>();

	private static final ToolCall FERRY = new ToolCall("call_1", "ferry", "{\"to\":\"island\"}");

	private final ScriptedChatModel script = new ScriptedChatModel();

	private final ScriptedProvider server = ScriptedProvider.start(this.script);

	private final EventRecorder recorder = new EventRecorder(TIMEOUT);

	@AfterEach
	void stop() {
		this.server.close();
	}

	// the same application with the library and without it
	private ApplicationContextRunner application(Provider provider, boolean withLibrary) {
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
			.withBean("retriever", ContentRetriever.class, LangChain4jBridgeTests::retriever)
			.withUserConfiguration(Guides.class);
	}

	private void run(Provider provider, Consumer<ApplicationContext> test) {
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

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 a call of a model is one run, with its request, response and usage")
	void shouldOpenARunForACall(Provider provider) {
		this.script.answerAlways(ScriptedAnswer.reasoning("Hm.")
			.then(ScriptedAnswer.tokens("Why ", "not?"))
			.withUsage(new TokenUsage(7, 4, 11, 2, 0, 0)));
		run(provider, (context) -> {
			ChatModel model = context.getBean(ChatModel.class);
			assertThat(model.chat("Tell me a joke")).isEqualTo("Why not?");
			RecordedRun run = this.recorder.await().get(0);
			assertThat(this.recorder.eventNames()).containsExactly("ChatModelStart", "LlmEnd");
			ChatModelStart start = run.events(ChatModelStart.class).get(0);
			assertThat(start.messages()).extracting((message) -> message.text()).containsExactly("Tell me a joke");
			assertThat(start.options().model()).isEqualTo(provider.model());
			assertThat(start.provider()).isEqualTo(provider.id());
			LlmEnd end = run.events(LlmEnd.class).get(0);
			assertThat(end.result().text()).isEqualTo("Why not?");
			assertThat(end.result().generations().get(0).get(0).message().reasoning()).isEqualTo("Hm.");
			assertThat(end.result().llmOutput().tokenUsage()).isEqualTo(new TokenUsage(7, 4, 11, 2, 0, 0));
			assertThat(end.modelCalled()).isTrue();
			assertThat(run.run().name()).isEqualTo(model.getClass().getSuperclass().getSimpleName());
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldOpenARunForEachOverload(Provider provider) {
		this.script.answerAlways(ScriptedAnswer.text("Yes"));
		run(provider, (context) -> {
			ChatModel model = context.getBean(ChatModel.class);
			dev.langchain4j.data.message.UserMessage message = dev.langchain4j.data.message.UserMessage.from("Hi");
			assertThat(model.chat(message).aiMessage().text()).isEqualTo("Yes");
			assertThat(model.chat(List.of(message)).aiMessage().text()).isEqualTo("Yes");
			assertThat(model.chat(dev.langchain4j.model.chat.request.ChatRequest.builder().messages(message).build())
				.aiMessage()
				.text()).isEqualTo("Yes");
			assertThat(this.recorder.await()).hasSize(3);
			this.recorder.assertThat().hasEndedEachRunOnce();
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 a streamed call is one run, with its tokens")
	void shouldOpenARunForAStream(Provider provider) {
		this.script.answer(ScriptedAnswer.reasoning("Hm.")
			.then(ScriptedAnswer.tokens("Why ", "not?"))
			.withUsage(new TokenUsage(7, 4, 11, 2, 0, 0)));
		run(provider, (context) -> {
			Received received = new Received();
			context.getBean(StreamingChatModel.class).chat("Tell me a joke", received);
			assertThat(received.text()).isEqualTo("Why not?");
			RecordedRun run = this.recorder.await().get(0);
			assertThat(run.tokens()).containsExactly("", "Why ", "not?");
			assertThat(run.events(LlmNewToken.class).get(0).chunk().reasoning()).isEqualTo("Hm.");
			LlmEnd end = run.events(LlmEnd.class).get(0);
			assertThat(end.result().text()).isEqualTo("Why not?");
			assertThat(end.result().llmOutput().tokenUsage()).isEqualTo(new TokenUsage(7, 4, 11, 2, 0, 0));
			assertThat(end.timeToFirstToken()).isNotNull();
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 models, tools and retrievals of an AI service are inside its run")
	void shouldOpenATreeForAnAiService(Provider provider) {
		this.script.answer(ScriptedAnswer.toolCalls(FERRY, new ToolCall("call_2", "broken", "{}")),
				ScriptedAnswer.text("At ten."));
		run(provider, (context) -> {
			assertThat(context.getBean(Guide.class).answer("alice", "When?")).isEqualTo("At ten.");
			verifyTree(provider.wholeName());
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldOpenATreeForATokenStream(Provider provider) {
		this.script.answer(ScriptedAnswer.toolCalls(FERRY, new ToolCall("call_2", "broken", "{}")),
				ScriptedAnswer.text("At ten."));
		run(provider, (context) -> {
			CompletableFuture<String> answer = new CompletableFuture<>();
			context.getBean(StreamedGuide.class)
				.answer("alice", "When?")
				.onCompleteResponse((response) -> answer.complete(response.aiMessage().text()))
				.onError(answer::completeExceptionally)
				.start();
			assertThat(get(answer)).isEqualTo("At ten.");
			verifyTree(provider.streamingName());
		});
	}

	private void verifyTree(String model) {
		RecordedRun root = this.recorder.await().get(0);
		assertThat(this.recorder.runs()).hasSize(1);
		this.recorder.assertThat().hasEndedEachRunOnce();
		assertThat(root.run().type()).isEqualTo(RunType.CHAIN);
		assertThat(root.run().metadata()).containsEntry("memoryId", "alice");
		assertThat(root.events(ChainStart.class).get(0).inputs()).isEqualTo("When?");
		assertThat(root.events(ChainEnd.class).get(0).outputs()).isEqualTo("At ten.");
		assertThat(root.children()).extracting((child) -> child.run().name())
			.containsExactly("EmbeddingStoreContentRetriever", model, "ferry", "broken", model);
		RecordedRun retrieval = root.children().get(0);
		assertThat(retrieval.events(RetrieverStart.class).get(0).query()).isEqualTo("When?");
		assertThat(retrieval.events(RetrieverEnd.class).get(0).documents()).extracting((document) -> document.text())
			.containsExactly("The harbour opens at nine");
		RecordedRun ferry = root.children().get(2);
		assertThat(ferry.events(ToolStart.class).get(0).toolCall().id()).isEqualTo("call_1");
		assertThat(ferry.events(ToolEnd.class).get(0).output())
			.isEqualTo(new ToolMessage("call_1", "To the island at ten"));
		this.recorder.assertThat()
			.run("broken")
			.failure()
			.isExactlyInstanceOf(IllegalStateException.class)
			.hasMessage("The harbour is closed");
		assertThat(root.children().get(1).events(LlmEnd.class).get(0).result().generations().get(0).get(0).message()
			.toolCalls()).extracting(ToolCall::name).containsExactly("ferry", "broken");
		assertThat(root.children().get(1).events(ChatModelStart.class).get(0).tools())
			.extracting((tool) -> tool.name())
			.contains("ferry", "broken");
	}

	@ParameterizedTest
	@EnumSource
	void shouldFailAsLangChain4jDoes(Provider provider) {
		this.script.answerAlways(ScriptedAnswer.failure(new OverloadedException("",
				new ProviderError("scripted", null, null, null, "words of the test", null, null), null)));
		run(provider, (context) -> {
			Throwable thrown = catchThrowable(() -> context.getBean(ChatModel.class).chat("Hi"));
			assertThat(thrown).isExactlyInstanceOf(InternalServerException.class);
			this.recorder.assertThat().run().failure().isSameAs(thrown);
			this.recorder.reset();
			Received received = new Received();
			context.getBean(StreamingChatModel.class).chat("Hi", received);
			Throwable error = catchThrowable(received::text);
			assertThat(error).hasRootCauseInstanceOf(HttpException.class);
			this.recorder.assertThat().run().endedWith(Outcome.FAILED);
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldRetryInsideOneRun(Provider provider) {
		this.script.answer(
				ScriptedAnswer.failure(new OverloadedException("", ProviderError.of("scripted"), null)),
				ScriptedAnswer.text("Here."));
		application(provider, true).withBean("retrying", ChatModel.class, () -> provider.retrying(this.server))
			.run((context) -> {
				assertThat(context.getBean("retrying", ChatModel.class).chat("Hi")).isEqualTo("Here.");
				this.recorder.assertThat().run().endedWith(Outcome.COMPLETED);
				assertThat(this.script.calls()).hasSize(2);
			});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 a call that the application cancels is cancelled")
	void shouldCancelWithTheHandle(Provider provider) {
		this.script.answer(ScriptedAnswer.tokens("Why ").then(ScriptedAnswer.silence()));
		run(provider, (context) -> {
			Received received = new Received();
			received.onToken = (token) -> token.streamingHandle().cancel();
			context.getBean(StreamingChatModel.class).chat("Hi", received);
			this.recorder.assertThat().run().endedWith(Outcome.CANCELLED);
			assertThat(this.recorder.runs().get(0).text()).isEqualTo("Why ");
			Awaitility.await().until(() -> this.script.calls().get(0).outcome() == Outcome.CANCELLED);
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldCancelWithTheManager(Provider provider) {
		this.script.answer(ScriptedAnswer.tokens("Why ").then(ScriptedAnswer.silence()));
		run(provider, (context) -> {
			Received received = new Received();
			context.getBean(StreamingChatModel.class).chat("Hi", received);
			this.recorder.await(LlmNewToken.class);
			CallbackManager manager = context.getBean(CallbackManager.class);
			manager.cancel(manager.openRuns().get(0).id());
			assertThat(catchThrowable(received::text)).isInstanceOf(CancellationException.class);
			this.recorder.assertThat().run().endedWith(Outcome.CANCELLED);
			Awaitility.await().until(() -> this.script.calls().get(0).outcome() == Outcome.CANCELLED);
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldCancelBeforeTheFirstToken(Provider provider) {
		Sinks.Empty<Void> trigger = Sinks.empty();
		this.script.answer(ScriptedAnswer.tokens("Why ").after(trigger.asMono()).then(ScriptedAnswer.silence()));
		run(provider, (context) -> {
			CompletableFuture<String> answer = new CompletableFuture<>();
			context.getBean(StreamedGuide.class)
				.answer("alice", "When?")
				.onPartialResponse((token) -> answer.complete("a token"))
				.onError(answer::completeExceptionally)
				.start();
			Awaitility.await().until(() -> !this.script.calls().isEmpty());
			CallbackManager manager = context.getBean(CallbackManager.class);
			manager.openRuns()
				.stream()
				.filter((run) -> run.type() == RunType.CHAIN)
				.forEach((run) -> manager.cancel(run.id()));
			assertThat(catchThrowable(() -> get(answer))).hasRootCauseInstanceOf(
					CancellationException.class);
			RecordedRun root = this.recorder.await().get(0);
			assertThat(root.stream().filter((run) -> run.run().type() == RunType.LLM))
				.allSatisfy((run) -> assertThat(run.events(LlmCancel.class)).hasSize(1));
			trigger.tryEmitEmpty();
			Awaitility.await().until(() -> this.script.calls().get(0).outcome() == Outcome.CANCELLED);
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 a handler with raiseError vetoes a call before the request")
	void shouldVetoBeforeTheRequest(Provider provider) {
		application(provider, true).withBean(Veto.class).run((context) -> {
			assertThatExceptionOfType(CallbackException.class)
				.isThrownBy(() -> context.getBean(ChatModel.class).chat("Hi"));
			assertThatExceptionOfType(CallbackException.class)
				.isThrownBy(() -> context.getBean(Guide.class).answer("alice", "Hi"));
			Received received = new Received();
			context.getBean(StreamingChatModel.class).chat("Hi", received);
			assertThat(catchThrowable(received::text)).isInstanceOf(CallbackException.class);
			assertThat(this.script.calls()).isEmpty();
			this.recorder.assertThat().hasEndedEachRunOnce();
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 whichever library wraps the other, a call is one run")
	void shouldOpenOneRunForAModelInsideTheChatClient(Provider provider) {
		this.script.answerAlways(ScriptedAnswer.tokens("Why ", "not?"));
		run(provider, (context) -> {
			ChatClient client = context.getBean(ChatClient.class);
			assertThat(context.getBean(LangChain4jChatModel.class)).isNotNull();
			assertThat(client.prompt("Hi").text().block(TIMEOUT)).isEqualTo("Why not?");
			assertThat(this.recorder.await()).hasSize(1);
			assertThat(this.recorder.eventNames()).containsExactly("ChatModelStart", "LlmNewToken", "LlmNewToken",
					"LlmEnd");
			this.recorder.reset();
			assertThat(LangChain4jRetriever.of(context.getBean(ContentRetriever.class))
				.withManager(context.getBean(CallbackManager.class))
				.retrieve("When?")
				.block(TIMEOUT)).hasSize(1);
			assertThat(this.recorder.await()).hasSize(1);
			assertThat(this.recorder.eventNames()).containsExactly("RetrieverStart", "RetrieverEnd");
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldFindTheRunOfAChainAndOfAHandler(Provider provider) {
		this.script.answerAlways(ScriptedAnswer.text("Yes"));
		run(provider, (context) -> {
			ChatModel model = context.getBean(ChatModel.class);
			StreamingChatModel streaming = context.getBean(StreamingChatModel.class);
			Object result = Chain.of("steps", (String input) -> {
				Received received = new Received();
				streaming.chat(input, received);
				return model.chat(input) + received.text();
			}).withManager(context.getBean(CallbackManager.class)).invoke("Hi").block(TIMEOUT);
			assertThat(result).isEqualTo("YesYes");
			assertThat(this.recorder.await().get(0).tree())
				.isEqualTo("steps\n  " + provider.streamingName() + "\n  " + provider.wholeName());
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldCallToolsOfTheLibraryInAnAiService(Provider provider) {
		this.script.answer(ScriptedAnswer.toolCalls(FERRY), ScriptedAnswer.text("At ten."));
		run(provider, (context) -> {
			Tools tools = Tools.from(new OwnFerries()).withManager(context.getBean(CallbackManager.class));
			PlainGuide guide = AiServices.builder(PlainGuide.class)
				.chatModel(context.getBean(ChatModel.class))
				.toolProvider(LangChain4jTools.toolProvider(tools))
				.build();
			Object answer = Chain.of("steps", guide::answer)
				.withManager(context.getBean(CallbackManager.class))
				.invoke("When?")
				.block(TIMEOUT);
			assertThat(answer).isEqualTo("At ten.");
			assertThat(this.recorder.await().get(0).tree())
				.isEqualTo("steps\n  %1$s\n  ferry\n  %1$s".formatted(provider.wholeName()));
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldCallToolsConcurrentlyInsideTheService(Provider provider) {
		this.script.answer(ScriptedAnswer.toolCalls(FERRY, new ToolCall("call_2", "ferry", "{\"to\":\"coast\"}")),
				ScriptedAnswer.text("At ten."));
		run(provider, (context) -> {
			assertThat(context.getBean(ConcurrentGuide.class).answer("When?")).isEqualTo("At ten.");
			RecordedRun root = this.recorder.await().get(0);
			assertThat(this.recorder.runs()).hasSize(1);
			assertThat(root.children()).extracting((child) -> child.run().name())
				.containsExactly(provider.wholeName(), "ferry", "ferry", provider.wholeName());
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 threads, thread-locals, results and exceptions are those of the application without the library")
	void shouldChangeNothingForTheApplication(Provider provider) {
		assertThat(behaviour(provider, true)).isEqualTo(behaviour(provider, false));
	}

	private List<String> behaviour(Provider provider, boolean withLibrary) {
		this.script.reset();
		this.script.answer(ScriptedAnswer.toolCalls(FERRY, new ToolCall("call_2", "broken", "{}"), FERRY),
				ScriptedAnswer.text("At ten."), ScriptedAnswer.text("Streamed."),
				ScriptedAnswer.toolCalls(new ToolCall("call_3", "invented", "{}")),
				ScriptedAnswer.failure(new OverloadedException("", ProviderError.of("scripted"), null)));
		List<String> seen = new CopyOnWriteArrayList<>();
		application(provider, withLibrary).run((context) -> {
			assertThat(context).hasSingleBean(provider.wholeType).hasSingleBean(provider.streamingType);
			USER.set("alice");
			try {
				Guide guide = context.getBean(Guide.class);
				seen.add(guide.answer("alice", "When?"));
				seen.addAll(context.getBean(Ferries.class).seen);
				seen.add(String.valueOf(guide.equals(guide)));
				seen.add(guide.twice("x"));
				seen.add(String.valueOf(catchThrowable(() -> guide.answer("bob", "What?"))));
				seen.add(String.valueOf(catchThrowable(() -> guide.answer("bob", "What?"))));
			}
			finally {
				USER.remove();
			}
		});
		this.script.requests()
			.forEach((request) -> request.messages().forEach((message) -> seen.add(message.toString())));
		return seen.stream().map((text) -> text.replaceAll("(call|toolu)_[0-9a-f]{10,}", "id")).toList();
	}

	@Test
	void shouldKeepTheRunOfTheThread() {
		this.script.answerAlways(ScriptedAnswer.text("Yes"));
		run(Provider.OPENAI, (context) -> {
			context.getBean(ChatModel.class).chat("Hi");
			assertThat(CurrentRun.get()).isEmpty();
		});
	}

	@Test
	void shouldLeaveBeansAloneIfItIsDisabled() {
		this.script.answer(ScriptedAnswer.toolCalls(FERRY), ScriptedAnswer.text("At ten."));
		application(Provider.OPENAI, true).withPropertyValues("callbacks.langchain4j.enabled=false").run((context) -> {
			assertThat(context.getBean(ChatModel.class)).isExactlyInstanceOf(OpenAiChatModel.class);
			Guide guide = context.getBean(Guide.class);
			assertThat(Chain.of("steps", (String input) -> guide.answer("alice", input))
				.withManager(context.getBean(CallbackManager.class))
				.invoke("When?")
				.block(TIMEOUT)).isEqualTo("At ten.");
			assertThat(this.recorder.await().get(0).tree()).isEqualTo("steps");
		});
	}

	@Test
	void shouldCancelTheRunOfATokenStreamThatIsDropped() {
		run(Provider.OPENAI, (context) -> {
			context.getBean(StreamedGuide.class).answer("alice", "When?");
			Awaitility.await().until(() -> {
				System.gc();
				return this.recorder.eventNames().contains("ChainCancel");
			});
		});
	}

	private static <T> T get(CompletableFuture<T> future) {
		try {
			return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * Client of LangChain4j.
	 */
	enum Provider {

		OPENAI(OpenAiChatModel.class, OpenAiStreamingChatModel.class),

		ANTHROPIC(AnthropicChatModel.class, AnthropicStreamingChatModel.class);

		private final Class<? extends ChatModel> wholeType;

		private final Class<? extends StreamingChatModel> streamingType;

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
	 * AI service that is no bean.
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
		Guide guide(@Qualifier("model") ChatModel model, Ferries ferries,
				ContentRetriever retriever) {
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
		ConcurrentGuide concurrentGuide(
				@Qualifier("model") ChatModel model, Ferries ferries) {
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

		private final List<String> seen = new CopyOnWriteArrayList<>();

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

		private Consumer<PartialResponseContext> onToken = (token) -> {
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
				throw (ex.getCause() instanceof RuntimeException cause) ? cause : new IllegalStateException(ex.getCause());
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
