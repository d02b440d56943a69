package dev.llmcallbacks.agent;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.event.ChainCancel;
import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.SystemMessage;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.run.Run;
import dev.llmcallbacks.run.RunType;
import dev.llmcallbacks.test.Await;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;
import dev.llmcallbacks.tool.LlmTool;
import dev.llmcallbacks.tool.Tools;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Agent}.
 */
class AgentTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final TokenUsage USAGE = new TokenUsage(5, 7, 12, 0, 0, 0);

	private final EventRecorder log = new EventRecorder(TIMEOUT);

	private final CallbackManager manager = CallbackManager.builder().handlers(this.log).build();

	private final Weather weather = new Weather();

	@Test
	@DisplayName("G3 an agent is a run with the calls of the model and the tools inside it")
	void shouldTellEveryEventInOrder() {
		ScriptedChatModel model = askingFor("temperature");
		LlmResult result = agent(model).build().invoke("How warm is it?").block(TIMEOUT);
		assertThat(result).isNotNull();
		assertThat(result.text()).isEqualTo("20 degrees");
		assertThat(withoutTokens()).containsExactly("ChainStart", "ChatModelStart", "LlmEnd", "AgentAction",
				"ToolStart", "ToolEnd", "ChatModelStart", "LlmEnd", "AgentFinish", "ChainEnd");
		Run run = this.log.events(CallbackEvent.class).get(0).run();
		assertThat(run.type()).isEqualTo(RunType.AGENT);
		assertThat(run.name()).isEqualTo("meteorologist");
		assertThat(this.log.events(CallbackEvent.class)).filteredOn((event) -> !event.run().id().equals(run.id()))
			.allMatch((event) -> run.id().equals(event.run().parentId()));
		assertThat(this.log.events(ChainStart.class).get(0).inputs()).isEqualTo("How warm is it?");
		assertThat(this.log.events(AgentAction.class).get(0).toolCall().id()).isEqualTo("c1");
		assertThat(this.log.events(AgentFinish.class).get(0).output()).isEqualTo("20 degrees");
		assertThat(this.log.events(ChainEnd.class).get(0).outputs()).isEqualTo("20 degrees");
		assertThat(result.run()).extracting((info) -> info.runId()).containsExactly(run.id());
		assertThat(result.llmOutput().tokenUsage()).isEqualTo(USAGE.plus(USAGE));
		assertThat(result.llmOutput().modelName()).isEqualTo("scripted");
	}

	@Test
	void shouldSendTheAnswerBackUnchangedWithTheResults() {
		ScriptedChatModel model = askingFor("temperature");
		agent(model).system("Be brief.").build().invoke("How warm is it?").block(TIMEOUT);
		assertThat(model.requests()).hasSize(2);
		assertThat(model.requests().get(0).tools()).hasSize(5);
		List<ChatMessage> second = model.requests().get(1).messages();
		assertThat(second).hasSize(4);
		assertThat(second.get(0)).isEqualTo(new SystemMessage("Be brief."));
		assertThat(second.get(1)).isEqualTo(new HumanMessage("How warm is it?"));
		AiMessage sentBack = (AiMessage) second.get(2);
		assertThat(sentBack.text()).isEqualTo("Let me see. ");
		assertThat(sentBack.details()).containsEntry("signature", "s1");
		assertThat(sentBack.toolCalls()).extracting("id", "name", "arguments")
			.containsExactly(org.assertj.core.groups.Tuple.tuple("c1", "temperature", "{\"town\": \"Ulm\"}"));
		assertThat(second.get(3)).isEqualTo(new ToolMessage("c1", "20"));
	}

	@Test
	void shouldStreamThePiecesOfEachRoundAsTheyCome() {
		StepVerifier.create(agent(askingFor("temperature")).build().content("How warm is it?").collectList())
			.assertNext((texts) -> assertThat(texts).hasSizeGreaterThan(10)
				.satisfies((all) -> assertThat(String.join("", all)).isEqualTo("Let me see. 20 degrees")))
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.log.events(LlmNewToken.class)).isNotEmpty();
		assertThat(this.log.events(ChainEnd.class).get(0).outputs()).isEqualTo("20 degrees");
	}

	@Test
	@DisplayName("G5 an agent's answers are streamed or not as the client's options say")
	void shouldNotStreamWhenTheOptionsSaySo() {
		ScriptedChatModel model = askingFor("temperature");
		LlmResult result = agent(model).chatOptions(ChatOptions.builder().streaming(false).build())
			.build()
			.invoke("How warm is it?")
			.block(TIMEOUT);
		assertThat(result).isNotNull();
		assertThat(result.text()).isEqualTo("20 degrees");
		assertThat(this.log.events(LlmNewToken.class)).isEmpty();
		assertThat(((AiMessage) model.requests().get(1).messages().get(1)).details()).containsEntry("signature", "s1");
	}

	@Test
	void shouldCallToolsAtTheSameTimeAndKeepTheOrderOfTheCalls() {
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.text("done"))
			.answer(wants(call("c1", "together", "{\"name\": \"a\"}"), call("c2", "together", "{\"name\": \"b\"}")));
		agent(model).build().invoke("Go").block(TIMEOUT);
		List<ChatMessage> second = model.requests().get(1).messages();
		assertThat(second.subList(2, 4)).containsExactly(new ToolMessage("c1", "a"), new ToolMessage("c2", "b"));
	}

	@Test
	void shouldTellTheModelWhatIsWrongWithACall() {
		ScriptedChatModel model = new ScriptedChatModel(ScriptedAnswer.text("sorry")).answer(wants(
				call("c1", "humidity", "{}"), call("c2", "temperature", "{\"town\": 1}"), call("c3", "broken", "{}")));
		assertThat(agent(model).build().text("Go").block(TIMEOUT)).isEqualTo("sorry");
		List<ChatMessage> second = model.requests().get(1).messages();
		assertThat(second.subList(2, 5)).allMatch((message) -> ((ToolMessage) message).error());
		assertThat(second.get(4).text()).isEqualTo("the thermometer is broken");
		assertThat(this.log.events(ToolStart.class)).hasSize(3);
		assertThat(this.log.events(ToolError.class)).hasSize(3);
	}

	@Test
	@DisplayName("G3 when a tool fails the agent, the tools beside it are cancelled first")
	void shouldFailWhenAToolThrowsAndThatIsWanted() {
		ScriptedChatModel model = new ScriptedChatModel(
				wants(call("c1", "sleep", "{}"), call("c2", "brokenBesideSleep", "{}"), call("c3", "humidity", "{}")));
		StepVerifier.create(agent(model).failOnToolError(true).build().invoke("Go"))
			.expectErrorMessage("the thermometer is broken")
			.verify(TIMEOUT);
		assertThat(model.requests()).hasSize(1);
		assertThat(this.log.events(ChainError.class)).hasSize(1);
		assertThat(this.log.eventNames()).contains("ToolCancel").endsWith("ChainError");
	}

	@Test
	void shouldLeaveInvalidCallsToTheModelEvenWhenToolsMayFailTheAgent() {
		ScriptedChatModel model = askingFor("humidity");
		assertThat(agent(model).failOnToolError(true).build().text("Go").block(TIMEOUT)).isEqualTo("20 degrees");
	}

	@Test
	void shouldFailWhenThereAreTooManyRounds() {
		ScriptedChatModel model = new ScriptedChatModel(wants(call("c1", "temperature", "{\"town\": \"Ulm\"}")));
		StepVerifier.create(agent(model).maxRounds(3).build().invoke("Go"))
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(TooManyRoundsException.class)
				.hasMessageContainingAll("'meteorologist'", "3 rounds", "[temperature]", "maxRounds"))
			.verify(TIMEOUT);
		assertThat(model.requests()).hasSize(3);
		assertThat(this.log.events(ToolStart.class)).hasSize(2);
		assertThat(this.log.events(AgentFinish.class)).isEmpty();
		assertThat(this.log.events(ChainError.class)).hasSize(1);
	}

	@Test
	@DisplayName("G2 G3 cancelling an agent interrupts the tool, and tells its cancel before the agent's")
	void shouldCancelTheToolWhenTheAgentIsCancelled() {
		ScriptedChatModel model = new ScriptedChatModel(wants(call("c1", "sleep", "{}")));
		StepVerifier.create(agent(model).build().invoke("Go"))
			.expectSubscription()
			.then(() -> Await.zero(this.weather.sleeping))
			.thenCancel()
			.verify(TIMEOUT);
		Await.zero(this.weather.interrupted);
		this.log.await(ChainCancel.class);
		assertThat(withoutTokens()).containsExactly("ChainStart", "ChatModelStart", "LlmEnd", "AgentAction",
				"ToolStart", "ToolCancel", "ChainCancel");
	}

	@Test
	@DisplayName("G2 G3 cancelling an agent cancels the call of the model, and tells its cancel before the agent's")
	void shouldCancelTheModelWhenTheSubscriberHasEnough() {
		ScriptedChatModel model = ScriptedChatModel.of("A long answer, of which nobody hears the end".split(""));
		StepVerifier.create(agent(model).build().content("Go").take(2))
			.expectNext("A", " ")
			.expectComplete()
			.verify(TIMEOUT);
		this.log.await(ChainCancel.class);
		assertThat(withoutTokens()).containsExactly("ChainStart", "ChatModelStart", "LlmCancel", "ChainCancel");
	}

	@Test
	@DisplayName("G6 each subscription is a run of its own; a run id serves the first")
	void shouldOpenARunForEachSubscription() {
		UUID id = Run.newId();
		EventRecorder extra = new EventRecorder();
		Mono<String> text = agent(ScriptedChatModel.of("x")).options(RunOptions.builder().tags("own").build())
			.build()
			.withOptions(RunOptions.builder().runId(id).runName("today").tags("call").callbacks(extra).build())
			.text("Go");
		text.block(TIMEOUT);
		text.block(TIMEOUT);
		List<Run> runs = this.log.events(ChainStart.class).stream().map(ChainStart::run).toList();
		assertThat(runs).hasSize(2);
		assertThat(runs.get(0).id()).isEqualTo(id);
		assertThat(runs.get(1).id()).isNotEqualTo(id);
		assertThat(runs).allMatch((run) -> run.name().equals("today"))
			.allMatch((run) -> run.tags().containsAll(List.of("own", "call")));
		assertThat(extra.events(ChatModelStart.class)).as("G23 inherited by children").hasSize(2);
	}

	@Test
	@DisplayName("G22 an agent inside a run is its child, opened by the run's manager")
	void shouldBeAChildOfTheCurrentRun() {
		Agent agent = Agent.builder(ChatClient.builder(ScriptedChatModel.of("x")).build()).build();
		this.manager.run("outer", "in", agent.text("Go")).block(TIMEOUT);
		List<Run> runs = this.log.events(ChainStart.class).stream().map(ChainStart::run).toList();
		assertThat(runs).extracting(Run::type).containsExactly(RunType.CHAIN, RunType.AGENT);
		assertThat(runs.get(1).parentId()).isEqualTo(runs.get(0).id());
	}

	@Test
	void shouldDemandACallInTheFirstRoundOnly() {
		ScriptedChatModel model = askingFor("temperature");
		agent(model).chatOptions(ChatOptions.builder().toolChoice(ToolChoice.REQUIRED).build())
			.build()
			.invoke("Go")
			.block(TIMEOUT);
		assertThat(model.requests()).extracting((ChatRequest request) -> request.options().toolChoice())
			.containsExactly(ToolChoice.REQUIRED, ToolChoice.AUTO);
	}

	private ScriptedChatModel askingFor(String tool) {
		return new ScriptedChatModel(ScriptedAnswer.tokens("20 degrees".split("")).withUsage(USAGE))
			.answer(wants(call("c1", tool, "{\"town\": \"Ulm\"}")));
	}

	private Agent.Builder agent(ScriptedChatModel model) {
		return Agent.builder(ChatClient.builder(model).build())
			.name("meteorologist")
			.tools(Tools.from(this.weather))
			.callbackManager(this.manager);
	}

	private List<String> withoutTokens() {
		return this.log.eventNames().stream().filter((name) -> !name.equals("LlmNewToken")).toList();
	}

	private static ScriptedAnswer wants(ToolCall... calls) {
		ChatChunk details = new ChatChunk(0, "", null, List.of(), null, null, null, null, null,
				Map.of("signature", "s1"));
		return ScriptedAnswer.tokens("Let me see. ".split(""))
			.then(ScriptedAnswer.toolCalls(calls))
			.then((request) -> Flux.just(details))
			.withUsage(USAGE);
	}

	private static ToolCall call(String id, String name, String arguments) {
		return new ToolCall(id, name, arguments);
	}

	static class Weather {

		private final CyclicBarrier both = new CyclicBarrier(2);

		private final CountDownLatch second = new CountDownLatch(1);

		private final CountDownLatch sleeping = new CountDownLatch(1);

		private final CountDownLatch interrupted = new CountDownLatch(1);

		@LlmTool(description = "The temperature of a town.")
		int temperature(String town) {
			return 20;
		}

		@LlmTool(description = "Returns when it is called twice, 'b' before 'a'.")
		Mono<String> together(String name) {
			return Mono.fromCallable(() -> {
				this.both.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
				if (name.equals("a")) {
					Await.zero(this.second);
				}
				return name;
			}).subscribeOn(Schedulers.boundedElastic()).doFinally((signal) -> this.second.countDown());
		}

		@LlmTool(description = "Fails.")
		String broken() {
			throw new IllegalStateException("the thermometer is broken");
		}

		@LlmTool(description = "Fails while another tool sleeps.")
		String brokenBesideSleep() {
			Await.zero(this.sleeping);
			return broken();
		}

		@LlmTool(description = "Sleeps.")
		void sleep() throws InterruptedException {
			this.sleeping.countDown();
			try {
				TimeUnit.MILLISECONDS.sleep(TIMEOUT.toMillis());
			}
			catch (InterruptedException ex) {
				this.interrupted.countDown();
				throw ex;
			}
		}

	}

}
