package dev.llmcallbacks.springai;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.core.Ordered;
import org.springframework.util.CollectionUtils;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

import dev.llmcallbacks.dispatch.ActiveRun;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.ChainEvents;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.RunEvents;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.event.AgentFinish;
import dev.llmcallbacks.run.RunType;

/**
 * Outermost advisor: makes a run of each call of a client, of type {@code AGENT} if it
 * has tools, else {@code CHAIN}. Calls of its model, its tools and what its advisors
 * retrieve are runs inside it. An {@code AGENT} emits an
 * {@link dev.llmcallbacks.event.AgentAction} before each call of a tool and an
 * {@link AgentFinish} after the last response. Thread-safe.
 */
public final class ClientRunAdvisor implements CallAdvisor, StreamAdvisor {

	/**
	 * Advisor parameter with the tags of the run: a text or a collection.
	 */
	public static final String TAGS = "callbacks.tags";

	/**
	 * Advisor parameter with metadata of the run: a map.
	 */
	public static final String METADATA = "callbacks.metadata";

	private static final String NAME = "ChatClient";

	private final SpringAiRuns runs;

	/**
	 * Create an advisor.
	 * @param runs opens the runs
	 */
	public ClientRunAdvisor(SpringAiRuns runs) {
		this.runs = runs;
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		ChatClientRequest wrapped = withRuns(request);
		CallbackManager manager = this.runs.manager(Context.empty());
		return BlockingRun.call(manager, spec(request), events(request), Context.empty(), () -> {
			ChatClientResponse response = chain.nextCall(wrapped);
			if (hasTools(request.prompt())) {
				manager.emit((run) -> new AgentFinish(run, Instant.now(), text(response.chatResponse()))).subscribe();
			}
			return response;
		});
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		return CurrentRun.captured(Flux.deferContextual((context) -> {
			ChatClientRequest wrapped = withRuns(request);
			return this.runs.manager(context)
				.run(spec(request), events(request), (run) -> hasTools(request.prompt())
						? withFinish(chain.nextStream(wrapped), run) : chain.nextStream(wrapped));
		}));
	}

	private static Flux<ChatClientResponse> withFinish(Flux<ChatClientResponse> responses, ActiveRun run) {
		return Flux.defer(() -> {
			StringBuilder answer = new StringBuilder();
			return responses.doOnNext((response) -> answer.append(text(response.chatResponse())))
				.doOnComplete(() -> run.emit(new AgentFinish(run.run(), Instant.now(), answer.toString())));
		});
	}

	private ChatClientRequest withRuns(ChatClientRequest request) {
		Prompt prompt = RunToolCallback.wrap(request.prompt(), new RoundCalls(), this.runs);
		return (prompt != request.prompt()) ? new ChatClientRequest(prompt, request.context()) : request;
	}

	private RunSpec spec(ChatClientRequest request) {
		return this.runs.spec(hasTools(request.prompt()) ? RunType.AGENT : RunType.CHAIN, NAME,
				SpringAiRuns.options(request.context()));
	}

	private static boolean hasTools(Prompt prompt) {
		return prompt.getOptions() instanceof ToolCallingChatOptions options
				&& !CollectionUtils.isEmpty(options.getToolCallbacks());
	}

	private static RunEvents<ChatClientResponse> events(ChatClientRequest request) {
		return new ChainEvents<String>(input(request.prompt())).mapped((response) -> text(response.chatResponse()),
				SpringAiRuns::cause);
	}

	private static String input(Prompt prompt) {
		List<Message> messages = prompt.getInstructions();
		for (int i = messages.size() - 1; i >= 0; i--) {
			if (messages.get(i) instanceof UserMessage message) {
				return SpringAiMessages.text(message.getText());
			}
		}
		return "";
	}

	private static String text(@Nullable ChatResponse response) {
		List<Generation> answers = (response != null) ? SpringAiMessages.answers(response) : List.of();
		return answers.isEmpty() ? "" : SpringAiMessages.text(answers.get(0).getOutput().getText());
	}

	@Override
	public String getName() {
		return "Client run";
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 1;
	}

}
