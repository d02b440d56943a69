package dev.llmcallbacks.agent;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.tool.Tool;

/**
 * Asks a model, calls the tools that it wants called, and asks again with their answers,
 * until it wants none.
 * <p>
 * Immutable, and safe for use by any number of threads. Nothing happens before what a
 * terminal operation returns is subscribed to; each subscription is a run of its own, of
 * type {@code AGENT}, with the calls of the model and of the tools as its children. Its
 * events are told by the manager of the run in force, else by the agent's, else only to
 * the callbacks of its options. Handlers hear of each tool that is going to be called
 * ({@code AgentAction}) and of the answer ({@code AgentFinish}).
 * <p>
 * Tools that the model wants called in one round are called at the same time. What a
 * terminal operation returns completes with the answer; it fails as a call of the model
 * does, with a {@link TooManyRoundsException}, as a tool does if the agent is to fail
 * then, and as {@link CallbackManager#run} says. Cancelling it cancels the calls that are
 * going on, and interrupts a tool that blocks.
 */
public interface Agent {

	/**
	 * Return a builder.
	 * @param chatClient asks the model
	 * @return the builder
	 */
	static Builder builder(ChatClient chatClient) {
		return new DefaultAgentBuilder(chatClient);
	}

	/**
	 * Answer a user.
	 * @param human what the user says
	 * @return as {@link #invoke(List)}
	 */
	default Mono<LlmResult> invoke(String human) {
		return invoke(List.of(new HumanMessage(human)));
	}

	/**
	 * Answer in a conversation. The model's answers are streamed from the provider, so
	 * that handlers hear each token, unless the client's options say
	 * {@code streaming(false)}.
	 * @param messages the conversation, oldest message first
	 * @return the last answer, with the usage of all rounds summed, and the agent's run
	 */
	Mono<LlmResult> invoke(List<? extends ChatMessage> messages);

	/**
	 * Answer a user.
	 * @param human what the user says
	 * @return the text of the last answer, possibly empty. As {@link #invoke(List)}
	 */
	default Mono<String> text(String human) {
		return invoke(human).map(LlmResult::text);
	}

	/**
	 * Answer a user in pieces.
	 * @param human what the user says
	 * @return as {@link #stream(List)}
	 */
	default Flux<ChatChunk> stream(String human) {
		return stream(List.of(new HumanMessage(human)));
	}

	/**
	 * Answer in a conversation, in pieces.
	 * @param messages the conversation, oldest message first
	 * @return the pieces of the model's answers as they come, of those too that want
	 * tools called: whether an answer is the last is known when it has ended
	 */
	Flux<ChatChunk> stream(List<? extends ChatMessage> messages);

	/**
	 * Answer a user in pieces of text.
	 * @param human what the user says
	 * @return as {@link #stream(List)}, the texts of the first choice alone, none of them
	 * empty
	 */
	default Flux<String> content(String human) {
		return stream(human).filter((chunk) -> chunk.choice() == 0 && !chunk.text().isEmpty()).map(ChatChunk::text);
	}

	/**
	 * Return this agent with options of one call put on top of its own.
	 * @param options the options; callbacks, tags and metadata are added, a run name or a
	 * run id replaces the one there is
	 * @return the agent
	 */
	Agent withOptions(RunOptions options);

	/**
	 * Collects what an {@link Agent} is made of.
	 */
	interface Builder {

		/**
		 * Set the agent's name.
		 * @param name the name of its runs; {@code Agent} by default
		 * @return this builder
		 */
		Builder name(String name);

		/**
		 * Set the instruction to the model, which goes before all messages.
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
		 * @param tools the tools, for example {@link dev.llmcallbacks.tool.Tools}
		 * @return this builder
		 */
		Builder tools(Iterable<? extends Tool> tools);

		/**
		 * Set how often the model may be asked.
		 * @param maxRounds a positive number; 10 by default
		 * @return this builder
		 */
		Builder maxRounds(int maxRounds);

		/**
		 * Set whether the agent fails when a tool throws an exception. Calls that are not
		 * valid are left to the model in any case.
		 * @param failOnToolError whether to fail; by default the model is told the
		 * exception's message
		 * @return this builder
		 */
		Builder failOnToolError(boolean failOnToolError);

		/**
		 * Put options of the model over those set so far. A tool choice that demands a
		 * call holds for the first round.
		 * @param chatOptions the options; what they leave open is up to the client
		 * @return this builder
		 */
		Builder chatOptions(ChatOptions chatOptions);

		/**
		 * Set what the agent adds to its runs.
		 * @param options the options; a run id serves the first run
		 * @return this builder
		 */
		Builder options(RunOptions options);

		/**
		 * Set the manager that opens the agent's runs where no run is in force.
		 * @param callbackManager the manager. By default one without handlers
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
