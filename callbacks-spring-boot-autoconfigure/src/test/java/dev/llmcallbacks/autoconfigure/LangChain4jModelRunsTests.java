package dev.llmcallbacks.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;

import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.llmcallbacks.autoconfigure.LangChain4jApplications.Guide;
import dev.llmcallbacks.autoconfigure.LangChain4jApplications.Provider;
import dev.llmcallbacks.autoconfigure.LangChain4jApplications.Received;
import dev.llmcallbacks.autoconfigure.LangChain4jApplications.Veto;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackException;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.langchain4j.LangChain4jChatModel;
import dev.llmcallbacks.langchain4j.LangChain4jRetriever;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.model.OverloadedException;
import dev.llmcallbacks.model.ProviderError;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.test.RecordedRun;
import dev.llmcallbacks.test.ScriptedAnswer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link LangChain4jAutoConfiguration} with LangChain4j's real clients: calls
 * of models and retrievers are runs.
 */
class LangChain4jModelRunsTests {

	private static final Duration TIMEOUT = LangChain4jApplications.TIMEOUT;

	private final LangChain4jApplications applications = new LangChain4jApplications();

	@AfterEach
	void stop() {
		this.applications.close();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 a call of a model is one run, with its request, response and usage")
	void shouldOpenARunForACall(Provider provider) {
		this.applications.script.answerAlways(ScriptedAnswer.reasoning("Hm.")
			.then(ScriptedAnswer.tokens("Why ", "not?"))
			.withUsage(new TokenUsage(7, 4, 11, 2, 0, 0)));
		this.applications.run(provider, (context) -> {
			ChatModel model = context.getBean(ChatModel.class);
			assertThat(model.chat("Tell me a joke")).isEqualTo("Why not?");
			RecordedRun run = this.applications.recorder.await().get(0);
			assertThat(this.applications.recorder.eventNames()).containsExactly("ChatModelStart", "LlmEnd");
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
	@DisplayName("G38 an image of the user is one of the messages of the start event")
	void shouldEmitMedia(Provider provider) {
		this.applications.script.answerAlways(ScriptedAnswer.text("A cat."));
		this.applications.run(provider, (context) -> {
			context.getBean(ChatModel.class)
				.chat(UserMessage.from(TextContent.from("What is it?"), ImageContent.from("AQID", "image/png")));
			ChatMessage asked = this.applications.recorder.await()
				.get(0)
				.events(ChatModelStart.class)
				.get(0)
				.messages()
				.get(0);
			assertThat(asked.text()).isEqualTo("What is it?");
			assertThat(asked.media()).containsExactly(Media.of("image/png", new byte[] { 1, 2, 3 }));
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldOpenARunForEachOverload(Provider provider) {
		this.applications.script.answerAlways(ScriptedAnswer.text("Yes"));
		this.applications.run(provider, (context) -> {
			ChatModel model = context.getBean(ChatModel.class);
			UserMessage message = UserMessage.from("Hi");
			assertThat(model.chat(message).aiMessage().text()).isEqualTo("Yes");
			assertThat(model.chat(List.of(message)).aiMessage().text()).isEqualTo("Yes");
			assertThat(model.chat(dev.langchain4j.model.chat.request.ChatRequest.builder().messages(message).build())
				.aiMessage()
				.text()).isEqualTo("Yes");
			assertThat(this.applications.recorder.await()).hasSize(3);
			this.applications.recorder.assertThat().hasEndedEachRunOnce();
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 a streamed call is one run, with its tokens")
	void shouldOpenARunForAStream(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.reasoning("Hm.")
			.then(ScriptedAnswer.tokens("Why ", "not?"))
			.withUsage(new TokenUsage(7, 4, 11, 2, 0, 0)));
		this.applications.run(provider, (context) -> {
			Received received = new Received();
			context.getBean(StreamingChatModel.class).chat("Tell me a joke", received);
			assertThat(received.text()).isEqualTo("Why not?");
			RecordedRun run = this.applications.recorder.await().get(0);
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
	void shouldFailAsLangChain4jDoes(Provider provider) {
		this.applications.script.answerAlways(ScriptedAnswer.failure(new OverloadedException("",
				new ProviderError("scripted", null, null, null, "words of the test", null, null), null)));
		this.applications.run(provider, (context) -> {
			Throwable thrown = catchThrowable(() -> context.getBean(ChatModel.class).chat("Hi"));
			assertThat(thrown).isExactlyInstanceOf(InternalServerException.class);
			this.applications.recorder.assertThat().run().failure().isSameAs(thrown);
			this.applications.recorder.reset();
			Received received = new Received();
			context.getBean(StreamingChatModel.class).chat("Hi", received);
			Throwable error = catchThrowable(received::text);
			assertThat(error).hasRootCauseInstanceOf(HttpException.class);
			this.applications.recorder.assertThat().run().endedWith(Outcome.FAILED);
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldRetryInsideOneRun(Provider provider) {
		this.applications.script.answer(
				ScriptedAnswer.failure(new OverloadedException("", ProviderError.of("scripted"), null)),
				ScriptedAnswer.text("Here."));
		this.applications.application(provider, true)
			.withBean("retrying", ChatModel.class, () -> provider.retrying(this.applications.server))
			.run((context) -> {
				assertThat(context.getBean("retrying", ChatModel.class).chat("Hi")).isEqualTo("Here.");
				this.applications.recorder.assertThat().run().endedWith(Outcome.COMPLETED);
				assertThat(this.applications.script.calls()).hasSize(2);
			});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 a call that the application cancels is cancelled")
	void shouldCancelWithTheHandle(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.tokens("Why ").then(ScriptedAnswer.silence()));
		this.applications.run(provider, (context) -> {
			Received received = new Received();
			received.onToken = (token) -> token.streamingHandle().cancel();
			context.getBean(StreamingChatModel.class).chat("Hi", received);
			this.applications.recorder.assertThat().run().endedWith(Outcome.CANCELLED);
			assertThat(this.applications.recorder.runs().get(0).text()).isEqualTo("Why ");
			Awaitility.await().until(() -> this.applications.script.calls().get(0).outcome() == Outcome.CANCELLED);
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldCancelWithTheManager(Provider provider) {
		this.applications.script.answer(ScriptedAnswer.tokens("Why ").then(ScriptedAnswer.silence()));
		this.applications.run(provider, (context) -> {
			Received received = new Received();
			context.getBean(StreamingChatModel.class).chat("Hi", received);
			this.applications.recorder.await(LlmNewToken.class);
			CallbackManager manager = context.getBean(CallbackManager.class);
			manager.cancel(manager.openRuns().get(0).id());
			assertThat(catchThrowable(received::text)).isInstanceOf(CancellationException.class);
			this.applications.recorder.assertThat().run().endedWith(Outcome.CANCELLED);
			Awaitility.await().until(() -> this.applications.script.calls().get(0).outcome() == Outcome.CANCELLED);
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 a handler with raiseError vetoes a call before the request")
	void shouldVetoBeforeTheRequest(Provider provider) {
		this.applications.application(provider, true).withBean(Veto.class).run((context) -> {
			assertThatExceptionOfType(CallbackException.class)
				.isThrownBy(() -> context.getBean(ChatModel.class).chat("Hi"));
			assertThatExceptionOfType(CallbackException.class)
				.isThrownBy(() -> context.getBean(Guide.class).answer("alice", "Hi"));
			Received received = new Received();
			context.getBean(StreamingChatModel.class).chat("Hi", received);
			assertThat(catchThrowable(received::text)).isInstanceOf(CallbackException.class);
			assertThat(this.applications.script.calls()).isEmpty();
			this.applications.recorder.assertThat().hasEndedEachRunOnce();
		});
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("G38 whichever library wraps the other, a call is one run")
	void shouldOpenOneRunForAModelInsideTheChatClient(Provider provider) {
		this.applications.script.answerAlways(ScriptedAnswer.tokens("Why ", "not?"));
		this.applications.run(provider, (context) -> {
			ChatClient client = context.getBean(ChatClient.class);
			assertThat(context.getBean(LangChain4jChatModel.class)).isNotNull();
			assertThat(client.prompt("Hi").text().block(TIMEOUT)).isEqualTo("Why not?");
			assertThat(this.applications.recorder.await()).hasSize(1);
			assertThat(this.applications.recorder.eventNames()).containsExactly("ChatModelStart", "LlmNewToken",
					"LlmNewToken", "LlmEnd");
			this.applications.recorder.reset();
			assertThat(LangChain4jRetriever.of(context.getBean(ContentRetriever.class))
				.withManager(context.getBean(CallbackManager.class))
				.retrieve("When?")
				.block(TIMEOUT)).hasSize(1);
			assertThat(this.applications.recorder.await()).hasSize(1);
			assertThat(this.applications.recorder.eventNames()).containsExactly("RetrieverStart", "RetrieverEnd");
		});
	}

	@ParameterizedTest
	@EnumSource
	void shouldFindTheRunOfAChainAndOfAHandler(Provider provider) {
		this.applications.script.answerAlways(ScriptedAnswer.text("Yes"));
		this.applications.run(provider, (context) -> {
			ChatModel model = context.getBean(ChatModel.class);
			StreamingChatModel streaming = context.getBean(StreamingChatModel.class);
			Object result = Chain.of("steps", (String input) -> {
				Received received = new Received();
				streaming.chat(input, received);
				return model.chat(input) + received.text();
			}).withManager(context.getBean(CallbackManager.class)).invoke("Hi").block(TIMEOUT);
			assertThat(result).isEqualTo("YesYes");
			assertThat(this.applications.recorder.await().get(0).tree())
				.isEqualTo("steps\n  " + provider.streamingName() + "\n  " + provider.wholeName());
		});
	}

	@Test
	void shouldKeepTheRunOfTheThread() {
		this.applications.script.answerAlways(ScriptedAnswer.text("Yes"));
		this.applications.run(Provider.OPENAI, (context) -> {
			context.getBean(ChatModel.class).chat("Hi");
			assertThat(CurrentRun.get()).isEmpty();
		});
	}

}
