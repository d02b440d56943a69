package dev.llmcallbacks.agent;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.ActiveRun;
import dev.llmcallbacks.event.AgentAction;
import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.message.AiMessage;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatGeneration;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.ChatResponse;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmOutput;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolCall;
import dev.llmcallbacks.message.ToolChoice;
import dev.llmcallbacks.message.ToolMessage;
import dev.llmcallbacks.provider.AnswerAssembler;
import dev.llmcallbacks.run.RunInfo;
import dev.llmcallbacks.tool.Tools;

/**
 * Rounds of one run of an agent. They follow each other, on any threads.
 */
final class AgentRounds {

	private static final ChatGeneration NOTHING = new ChatGeneration(new AiMessage(""), null, null, Map.of());

	private final AgentSettings settings;

	private final List<ChatMessage> conversation;

	private final List<RunInfo> run = new ArrayList<>();

	private int round;

	private ChatGeneration answer = NOTHING;

	private LlmOutput output = LlmOutput.NONE;

	private TokenUsage usage = TokenUsage.NONE;

	AgentRounds(AgentSettings settings, List<ChatMessage> messages) {
		this.settings = settings;
		this.conversation = new ArrayList<>(messages);
	}

	Object input() {
		return (this.conversation.size() == 1 && this.conversation.get(0) instanceof HumanMessage human) ? human.text()
				: List.copyOf(this.conversation);
	}

	Object output() {
		return this.answer.text();
	}

	LlmResult result() {
		return new LlmResult(List.of(List.of(this.answer)), this.output.with(this.usage), this.run, this.conversation);
	}

	/**
	 * Run the rounds and emit the chunks of the responses.
	 * @param run the agent's run
	 * @return the chunks
	 */
	Flux<ChatChunk> streamed(ActiveRun run) {
		return rounds(run, this::askForStream);
	}

	/**
	 * Run the rounds and emit nothing; the result is available when they have ended.
	 * @param run the agent's run
	 * @return the completion
	 */
	Flux<ChatChunk> whole(ActiveRun run) {
		return rounds(run, this::askForWhole);
	}

	private Flux<ChatChunk> rounds(ActiveRun run, Supplier<Flux<ChatChunk>> ask) {
		this.run.add(new RunInfo(run.run().id()));
		return Flux.defer(() -> {
			this.round++;
			return ask.get().concatWith(Mono.defer(() -> act(run)));
		}).repeat(this::isWaitedFor);
	}

	private boolean isWaitedFor() {
		return !this.answer.message().toolCalls().isEmpty() || isPaused();
	}

	private boolean isPaused() {
		return this.answer.finishReason() == FinishReason.PAUSED;
	}

	private Flux<ChatChunk> askForStream() {
		AnswerAssembler assembler = new AnswerAssembler();
		return prompt().stream().doOnNext(assembler::add).doOnComplete(() -> {
			ChatResponse response = assembler.toResponse();
			answered(response.generations(), response.llmOutput());
		});
	}

	private Flux<ChatChunk> askForWhole() {
		return prompt().result()
			.doOnNext((result) -> answered(result.generations().get(0), result.llmOutput()))
			.thenMany(Flux.empty());
	}

	private ChatClient.PromptSpec prompt() {
		ChatClient.PromptSpec prompt = this.settings.chatClient()
			.prompt(List.copyOf(this.conversation))
			.options(options())
			.tools(this.settings.tools().definitions());
		return (this.settings.system() != null) ? prompt.system(this.settings.system()) : prompt;
	}

	// A model that must call a tool in every round never comes to an answer
	private ChatOptions options() {
		ToolChoice choice = this.settings.chatOptions().toolChoice();
		boolean demanding = choice != null
				&& (choice.mode() == ToolChoice.Mode.REQUIRED || choice.mode() == ToolChoice.Mode.TOOL);
		return (demanding && this.round > 1) ? this.settings.chatOptions().mutate().toolChoice(ToolChoice.AUTO).build()
				: this.settings.chatOptions();
	}

	private void answered(List<ChatGeneration> generations, LlmOutput output) {
		this.answer = generations.isEmpty() ? NOTHING : generations.get(0);
		this.output = output;
		this.usage = this.usage.plus(output.tokenUsage());
	}

	private Mono<ChatChunk> act(ActiveRun run) {
		AiMessage message = this.answer.message();
		List<ToolCall> calls = message.toolCalls();
		if (calls.isEmpty() && !isPaused()) {
			this.conversation.add(message);
			run.emit(new AgentFinish(run.run(), Instant.now(), output()));
			return Mono.empty();
		}
		if (isCutOff()) {
			return Mono.error(new CutOffResponseException(run.run().name(), this.answer));
		}
		if (this.round == this.settings.maxRounds()) {
			return Mono.error(new TooManyRoundsException(run.run().name(), this.round, calls, this.settings.tools()));
		}
		this.conversation.add(message);
		if (calls.isEmpty()) {
			// the response goes on when it is sent back
			return Mono.empty();
		}
		calls.forEach((call) -> run.emit(new AgentAction(run.run(), Instant.now(), call)));
		return Flux.range(0, calls.size())
			.flatMapSequential((index) -> callTool(index, calls.get(index)), this.settings.toolConcurrency(), 1)
			.doOnNext(this.conversation::add)
			.then(Mono.empty());
	}

	// The arguments may be incomplete, even if they are valid JSON, and so may the calls
	private boolean isCutOff() {
		return this.answer.finishReason() == FinishReason.LENGTH
				|| this.answer.finishReason() == FinishReason.CONTENT_FILTER;
	}

	private Mono<ToolMessage> callTool(int index, ToolCall call) {
		Tools tools = this.settings.tools();
		if (index >= this.settings.maxToolCalls()) {
			return tools.reject(call,
					"Not called: at most %d tool calls of one response are made, the limit of Agent.Builder.maxToolCalls(…)"
						.formatted(this.settings.maxToolCalls()));
		}
		return this.settings.failOnToolError() ? tools.callOrFail(call) : tools.call(call);
	}

}
