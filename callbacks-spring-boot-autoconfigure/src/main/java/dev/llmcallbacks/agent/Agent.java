package dev.llmcallbacks.agent;

import java.time.Duration;
import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.EventFlux;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.tool.Tool;

/**
 * Calls a model, calls the tools that it asks for, and calls it again with their answers,
 * until it asks for none.
 * <p>
 * Immutable and thread-safe. Nothing happens before what a terminal operation returns is
 * subscribed to; each subscription is a run of its own, of type {@code AGENT}, with the
 * calls of the model and of the tools as its children. Runs are opened by the manager of
 * the current run, else by the agent's, else by that of its {@link ChatClient}, else, for
 * beans, by the application's. Without any of them only the callbacks of the options
 * receive events, which is logged once. Handlers receive an {@code AgentAction} for each
 * tool call before the first of a response is made, and an {@code AgentFinish} with the
 * answer.
 * <p>
 * Tool calls of one response are made at the same time, up to
 * {@link Builder#toolConcurrency}, and answered in their order. What a terminal operation
 * returns completes with the answer. It fails
 * <ul>
 * <li>as a call of the model does;</li>
 * <li>with a {@link CutOffResponseException} when a response with tool calls was cut
 * off;</li>
 * <li>with a {@link TooManyRoundsException};</li>
 * <li>with an {@link AgentTimeoutException};</li>
 * <li>as a tool does, if the agent is to fail then ({@link Builder#failOnToolError}), and
 * with any {@link Error} that a tool throws;</li>
 * <li>as {@link CallbackManager#run} does.</li>
 * </ul>
 * Cancelling it cancels the calls in progress, and interrupts a tool that blocks.
 */
public interface Agent {

	/**
	 * Return a builder.
	 * @param chatClient calls the model
	 * @return the builder
	 */
	static Builder builder(ChatClient chatClient) {
		return new DefaultAgentBuilder(chatClient);
	}

	/**
	 * Answer a user.
	 * @param human the user's message
	 * @return as {@link #invoke(List)}
	 */
	default Mono<LlmResult> invoke(String human) {
		return invoke(List.of(new HumanMessage(human)));
	}

	/**
	 * Answer in a conversation. The model's responses are streamed from the provider, so
	 * that handlers receive each token, unless the client's options say
	 * {@code streaming(false)}.
	 * @param messages the conversation, oldest message first
	 * @return the last response, with the usage of all rounds summed, and the agent's run
	 */
	Mono<LlmResult> invoke(List<? extends ChatMessage> messages);

	/**
	 * Answer a user.
	 * @param human the user's message
	 * @return the text of the last response, possibly empty. As {@link #invoke(List)}
	 */
	default Mono<String> text(String human) {
		return invoke(human).map(LlmResult::text);
	}

	/**
	 * Answer a user in chunks.
	 * @param human the user's message
	 * @return as {@link #stream(List)}
	 */
	default Flux<ChatChunk> stream(String human) {
		return stream(List.of(new HumanMessage(human)));
	}

	/**
	 * Answer in a conversation, in chunks.
	 * @param messages the conversation, oldest message first
	 * @return the chunks of the model's responses as they come, including those that call
	 * tools: whether a response is the last is known when it has ended
	 */
	Flux<ChatChunk> stream(List<? extends ChatMessage> messages);

	/**
	 * Answer a user in chunks of text.
	 * @param human the user's message
	 * @return as {@link #stream(List)}, only the texts of the first choice, none of them
	 * empty
	 */
	default Flux<String> content(String human) {
		return stream(human).filter((chunk) -> chunk.choice() == 0 && !chunk.text().isEmpty()).map(ChatChunk::text);
	}

	/**
	 * Answer a user and emit the events of the agent's run and of the runs inside it.
	 * @param human the user's message
	 * @param types the types of events, subtypes included; all types if there are none
	 * @return as {@link #events(List, Class[])}
	 */
	@SuppressWarnings("unchecked")
	default Flux<CallbackEvent> events(String human, Class<? extends CallbackEvent>... types) {
		return events(List.of(new HumanMessage(human)), types);
	}

	/**
	 * Answer in a conversation and emit the events of the agent's run and of the runs
	 * inside it, as they are requested.
	 * @param messages the conversation, oldest message first
	 * @param types the types of events, subtypes included; all types if there are none
	 * @return the events, in the order and with the guarantees of a reactive handler. A
	 * failure is first the error event, then the error. Cancelling it cancels the run
	 */
	@SuppressWarnings("unchecked")
	default Flux<CallbackEvent> events(List<? extends ChatMessage> messages, Class<? extends CallbackEvent>... types) {
		return EventFlux.of(stream(messages), List.of(types));
	}

	/**
	 * Return this agent with options of one call on top of its own.
	 * @param options the options; callbacks, tags and metadata are added, a run name or a
	 * run id replaces the existing one
	 * @return the agent
	 */
	Agent withOptions(RunOptions options);

	/**
	 * Return this agent with a manager that opens its runs where there is no current run.
	 * @param callbackManager the manager
	 * @return the agent
	 */
	Agent withManager(CallbackManager callbackManager);

	/**
	 * Builder of an {@link Agent}. Not thread-safe.
	 */
	interface Builder {

		/**
		 * Set the agent's name.
		 * @param name the name of its runs; {@code Agent} by default
		 * @return this builder
		 */
		Builder name(String name);

		/**
		 * Set the instruction to the model, which precedes all messages.
		 * @param system the instruction
		 * @return this builder
		 */
		Builder system(String system);

		/**
		 * Add tools.
		 * @param tools the tools
		 * @return this builder
		 */
		default Builder tools(Tool... tools) {
			return tools(List.of(tools));
		}

		/**
		 * Add tools.
		 * @param tools the tools, for example {@link dev.llmcallbacks.tool.Tools}. Throws
		 * an {@link IllegalArgumentException} if two tools have one name
		 * @return this builder
		 */
		Builder tools(Iterable<? extends Tool> tools);

		/**
		 * Set the maximum number of rounds, that is of calls of the model. The agent
		 * fails with a {@link TooManyRoundsException} when the model asks for tools in
		 * the last of them.
		 * @param maxRounds a positive number; 10 by default
		 * @return this builder
		 */
		Builder maxRounds(int maxRounds);

		/**
		 * Set the maximum number of tool calls of one response that are made. Calls
		 * beyond it are answered with an error, as calls of an unknown tool are.
		 * @param maxToolCalls a positive number; 64 by default
		 * @return this builder
		 */
		Builder maxToolCalls(int maxToolCalls);

		/**
		 * Set the maximum number of tool calls that one run of the agent makes at the
		 * same time.
		 * @param toolConcurrency a positive number; 8 by default
		 * @return this builder
		 */
		Builder toolConcurrency(int toolConcurrency);

		/**
		 * Set the time limit of a run, with all its calls of the model and of tools. Time
		 * in which a subscriber requests nothing counts. The agent fails with an
		 * {@link AgentTimeoutException} when the limit is reached, and the calls in
		 * progress are cancelled.
		 * @param timeout the limit; zero for no limit. By default that of the manager,
		 * {@code callbacks.timeouts.agent}
		 * @return this builder
		 */
		Builder timeout(Duration timeout);

		/**
		 * Set whether the agent fails when a tool throws an exception or exceeds its time
		 * limit.
		 * <p>
		 * By default it does not: handlers receive a {@code ToolError}, and the
		 * exception's message, cut to 2,000 characters, is the tool's answer. It is sent
		 * to the provider as it is, so a tool should not put secrets or internals into
		 * the messages of its exceptions. Without a handler for {@code ToolError} nothing
		 * is logged. Invalid calls (an unknown tool, arguments that do not match) are
		 * answered in any case.
		 * @param failOnToolError whether to fail with the tool's exception
		 * @return this builder
		 */
		Builder failOnToolError(boolean failOnToolError);

		/**
		 * Put options of the model on top of those set so far. A tool choice that demands
		 * a call applies to the first round only.
		 * @param chatOptions the options; the client's apply where these are not set
		 * @return this builder
		 */
		Builder chatOptions(ChatOptions chatOptions);

		/**
		 * Set the options of the agent's runs.
		 * @param options the options; a run id serves the first run
		 * @return this builder
		 */
		Builder options(RunOptions options);

		/**
		 * Set the manager that opens the agent's runs where there is no current run.
		 * @param callbackManager the manager. By default that of the {@link ChatClient}
		 * @return this builder
		 */
		Builder callbackManager(CallbackManager callbackManager);

		/**
		 * Build the agent.
		 * @return the agent
		 */
		Agent build();

	}

}
