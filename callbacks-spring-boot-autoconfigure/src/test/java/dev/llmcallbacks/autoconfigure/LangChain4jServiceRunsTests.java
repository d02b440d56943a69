package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import dev.llmcallbacks.autoconfigure.LangChain4jApplications.ConcurrentGuide;
import dev.llmcallbacks.autoconfigure.LangChain4jApplications.Ferries;
import dev.llmcallbacks.autoconfigure.LangChain4jApplications.FluxGuide;
import dev.llmcallbacks.autoconfigure.LangChain4jApplications.Guide;
import dev.llmcallbacks.autoconfigure.LangChain4jApplications.OwnFerries;
import dev.llmcallbacks.autoconfigure.LangChain4jApplications.PlainGuide;
import dev.llmcallbacks.autoconfigure.LangChain4jApplications.Provider;
import dev.llmcallbacks.autoconfigure.LangChain4jApplications.StreamedGuide;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.RetrieverEnd;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.langchain4j.LangChain4jTools;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.RecordedRun;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link LangChain4jAutoConfiguration} with LangChain4j's real AI services and
 * clients: their runs, and that the application notices nothing of them.
 */
class LangChain4jServiceRunsTests {

	private static final Duration TIMEOUT = LangChain4jApplications.TIMEOUT;

	private static final ToolCall FERRY = new ToolCall("call_1", "ferry", "{\"to\":\"island\"}");

	private final LangChain4jApplications applications = new LangChain4jApplications();

	@AfterEach
	void stop() {
		this.applications.close();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 models, tools and retrievals of an AI service are inside its run")
	void shouldOpenATreeForAnAiService(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.toolCalls(FERRY, new ToolCall("call_2", "broken", "{}")),
				ScriptedAnswer.text("At ten."));
		this.applications.run(provider, (context) -> {
			assertThat(context.getBean(Guide.class).answer("alice", "When?")).isEqualTo("At ten.");
			verifyTree(provider.wholeName());
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldOpenATreeForATokenStream(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.toolCalls(FERRY, new ToolCall("call_2", "broken", "{}")),
				ScriptedAnswer.text("At ten."));
		this.applications.run(provider, (context) -> {
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

	@ParameterizedTest
	@EnumSource
	void shouldOpenATreeForAFlux(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.toolCalls(FERRY), ScriptedAnswer.tokens("At ", "ten."));
		this.applications.run(provider, (context) -> {
			assertThat(context.getBean(FluxGuide.class).answer("When?").collectList().block(TIMEOUT))
				.containsExactly("At ", "ten.");
			RecordedRun root = this.applications.recorder.await().get(0);
			assertThat(root.tree())
				.isEqualTo("FluxGuide.answer\n  %1$s\n  ferry\n  %1$s".formatted(provider.streamingName()));
			assertThat(root.events(ChainEnd.class).get(0).outputs()).isEqualTo("At ten.");
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 cancelling the Flux of an AI service stops the model")
	void shouldStopTheModelWhenAFluxIsCancelled(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.tokens("At ").then(ScriptedAnswer.silence()));
		this.applications.run(provider, (context) -> {
			StepVerifier.create(context.getBean(FluxGuide.class).answer("When?"))
				.expectNext("At ")
				.thenCancel()
				.verify(TIMEOUT);
			RecordedRun root = this.applications.recorder.await().get(0);
			assertThat(root.events(ChainCancel.class)).hasSize(1);
			assertThat(root.children().get(0).events(LlmCancel.class)).hasSize(1);
			assertThat(root.children().get(0).text()).isEqualTo("At ");
			Awaitility.await().until(() -> this.applications.script.calls().get(0).outcome() == Outcome.CANCELLED);
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void shouldFindTheRunOfAnOperatorWithAutomaticContextPropagation(boolean automatic) {
		this.applications.script.answerAlways(ScriptedAnswer.text("Yes"));
		if (automatic) {
			Hooks.enableAutomaticContextPropagation();
		}
		try {
			this.applications.run(Provider.OPENAI, (context) -> {
				PlainGuide guide = context.getBean(PlainGuide.class);
				CallbackManager manager = context.getBean(CallbackManager.class);
				Chain
					.of("steps",
							(String input) -> Mono.fromCallable(() -> guide.answer(input))
								.subscribeOn(Schedulers.boundedElastic())
								.then(manager.call(() -> guide.answer(input))))
					.withManager(manager)
					.invoke("Hi")
					.block(TIMEOUT);
				this.applications.recorder.await("steps");
				assertThat(this.applications.recorder.await()).extracting(RecordedRun::tree)
					.containsExactlyInAnyOrder(automatic
							? new String[] { "steps" + "\n  PlainGuide.answer\n    OpenAiChatModel".repeat(2) }
							: new String[] { "steps\n  PlainGuide.answer\n    OpenAiChatModel",
									"PlainGuide.answer\n  OpenAiChatModel" });
			});
		}
		finally {
			Hooks.disableAutomaticContextPropagation();
		}
	}

	@Test
	void shouldCallBeansThatAreCreatedLate() {
		this.applications.script.answerAlways(ScriptedAnswer.text("Yes"));
		this.applications.application(Provider.OPENAI, true)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				assertThat(context.getBean(PlainGuide.class).answer("Hi")).isEqualTo("Yes");
				assertThat(this.applications.recorder.await().get(0).tree())
					.isEqualTo("PlainGuide.answer\n  OpenAiChatModel");
			});
	}

	private void verifyTree(String model) {
		RecordedRun root = this.applications.recorder.await().get(0);
		assertThat(this.applications.recorder.runs()).hasSize(1);
		this.applications.recorder.assertThat().hasEndedEachRunOnce();
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
		this.applications.recorder.assertThat()
			.run("broken")
			.failure()
			.isExactlyInstanceOf(IllegalStateException.class)
			.hasMessage("The harbour is closed");
		assertThat(root.children()
			.get(1)
			.events(LlmEnd.class)
			.get(0)
			.result()
			.generations()
			.get(0)
			.get(0)
			.message()
			.toolCalls()).extracting(ToolCall::name).containsExactly("ferry", "broken");
		assertThat(root.children().get(1).events(ChatModelStart.class).get(0).tools()).extracting((tool) -> tool.name())
			.contains("ferry", "broken");
	}

	@ParameterizedTest
	@EnumSource
	void shouldCancelBeforeTheFirstToken(Provider provider) {
		Sinks.Empty<Void> trigger = Sinks.empty();
		this.applications.script
			.answer(ScriptedAnswer.tokens("Why ").after(trigger.asMono()).then(ScriptedAnswer.silence()));
		this.applications.run(provider, (context) -> {
			CompletableFuture<String> answer = new CompletableFuture<>();
			context.getBean(StreamedGuide.class)
				.answer("alice", "When?")
				.onPartialResponse((token) -> answer.complete("a token"))
				.onError(answer::completeExceptionally)
				.start();
			Awaitility.await().until(() -> !this.applications.script.calls().isEmpty());
			cancelService(context);
			assertThat(catchThrowable(() -> get(answer))).hasRootCauseInstanceOf(CancellationException.class);
			RecordedRun root = this.applications.recorder.await().get(0);
			assertThat(root.stream().filter((run) -> run.run().type() == RunType.LLM))
				.allSatisfy((run) -> assertThat(run.events(LlmCancel.class)).hasSize(1));
			trigger.tryEmitEmpty();
			Awaitility.await().until(() -> this.applications.script.calls().get(0).outcome() == Outcome.CANCELLED);
		});
	}

	private static void cancelService(ApplicationContext context) {
		CallbackManager manager = context.getBean(CallbackManager.class);
		manager.cancel(manager.openRuns().get(0).id());
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G2 G3 G38 a blocking call that is cancelled by its id ends its runs and closes the connection")
	void shouldCloseTheConnectionOfABlockingCall(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.silence());
		this.applications.run(provider, (context) -> {
			CompletableFuture<String> answer = CompletableFuture
				.supplyAsync(() -> context.getBean(PlainGuide.class).answer("When?"));
			Awaitility.await().until(() -> !this.applications.script.calls().isEmpty());
			cancelService(context);
			assertThat(catchThrowable(() -> get(answer))).hasRootCauseInstanceOf(CancellationException.class);
			this.applications.recorder.await();
			assertThat(this.applications.recorder.eventNames()).endsWith("LlmCancel", "ChainCancel");
			this.applications.recorder.assertThat().hasEndedEachRunOnce();
			Awaitility.await().until(() -> this.applications.script.calls().get(0).outcome() == Outcome.CANCELLED);
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldCallToolsOfTheLibraryInAnAiService(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.toolCalls(FERRY), ScriptedAnswer.text("At ten."));
		this.applications.run(provider, (context) -> {
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
			assertThat(this.applications.recorder.await().get(0).tree())
				.isEqualTo("steps\n  %1$s\n  ferry\n  %1$s".formatted(provider.wholeName()));
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 tools that a dynamic provider adds in a later round are runs")
	void shouldCallToolsOfADynamicProvider(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.toolCalls(new ToolCall("call_1", "find", "{}")),
				ScriptedAnswer.toolCalls(new ToolCall("call_2", "found", "{}")), ScriptedAnswer.text("At ten."));
		this.applications.run(provider, (context) -> {
			PlainGuide guide = AiServices.builder(PlainGuide.class)
				.chatModel(context.getBean(ChatModel.class))
				.toolProvider(new Growing())
				.build();
			Object answer = Chain.of("steps", guide::answer)
				.withManager(context.getBean(CallbackManager.class))
				.invoke("When?")
				.block(TIMEOUT);
			assertThat(answer).isEqualTo("At ten.");
			assertThat(this.applications.recorder.await().get(0).tree())
				.isEqualTo("steps\n  %1$s\n  find\n  %1$s\n  found\n  %1$s".formatted(provider.wholeName()));
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldCallToolsConcurrentlyInsideTheService(Provider provider) {
		this.applications.script.answer(
				ScriptedAnswer.toolCalls(FERRY, new ToolCall("call_2", "ferry", "{\"to\":\"coast\"}")),
				ScriptedAnswer.text("At ten."));
		this.applications.run(provider, (context) -> {
			assertThat(context.getBean(ConcurrentGuide.class).answer("When?")).isEqualTo("At ten.");
			RecordedRun root = this.applications.recorder.await().get(0);
			assertThat(this.applications.recorder.runs()).hasSize(1);
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
		this.applications.script.reset();
		this.applications.script.answer(ScriptedAnswer.toolCalls(FERRY, new ToolCall("call_2", "broken", "{}"), FERRY),
				ScriptedAnswer.text("At ten."), ScriptedAnswer.text("Once."), ScriptedAnswer.text("Twice."),
				ScriptedAnswer.toolCalls(new ToolCall("call_3", "invented", "{}")),
				ScriptedAnswer.failure(new OverloadedException("", ProviderError.of("scripted"), null)));
		List<String> seen = new CopyOnWriteArrayList<>();
		this.applications.application(provider, withLibrary).run((context) -> {
			assertThat(context).hasSingleBean(provider.wholeType).hasSingleBean(provider.streamingType);
			LangChain4jApplications.USER.set("alice");
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
				LangChain4jApplications.USER.remove();
			}
		});
		this.applications.script.requests()
			.forEach((request) -> request.messages().forEach((message) -> seen.add(message.toString())));
		return seen.stream().map((text) -> text.replaceAll("(call|toolu|req)_[0-9a-f]{10,}", "id")).toList();
	}

	@Test
	void shouldLeaveBeansAloneIfItIsDisabled() {
		this.applications.script.answer(ScriptedAnswer.toolCalls(FERRY), ScriptedAnswer.text("At ten."));
		this.applications.application(Provider.OPENAI, true)
			.withPropertyValues("callbacks.langchain4j.enabled=false")
			.run((context) -> {
				assertThat(context.getBean(ChatModel.class)).isExactlyInstanceOf(OpenAiChatModel.class);
				Guide guide = context.getBean(Guide.class);
				assertThat(Chain.of("steps", (String input) -> guide.answer("alice", input))
					.withManager(context.getBean(CallbackManager.class))
					.invoke("When?")
					.block(TIMEOUT)).isEqualTo("At ten.");
				assertThat(this.applications.recorder.await().get(0).tree()).isEqualTo("steps");
			});
	}

	@Test
	void shouldCancelTheRunOfATokenStreamThatIsDropped() {
		this.applications.run(Provider.OPENAI, (context) -> {
			context.getBean(StreamedGuide.class).answer("alice", "When?");
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
				System.gc();
				return this.applications.recorder.eventNames().contains("ChainCancel");
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

	/** Provider that has a second tool as soon as the first has been called. */
	private static final class Growing implements ToolProvider {

		private final AtomicBoolean called = new AtomicBoolean();

		@Override
		public ToolProviderResult provideTools(ToolProviderRequest request) {
			ToolProviderResult.Builder tools = ToolProviderResult.builder()
				.add(ToolSpecification.builder().name("find").build(), (call, memoryId) -> {
					this.called.set(true);
					return "found";
				});
			return (this.called.get()
					? tools.add(ToolSpecification.builder().name("found").build(), (call, memoryId) -> "ten") : tools)
				.build();
		}

		@Override
		public boolean isDynamic() {
			return true;
		}

	}

}
