package dev.llmcallbacks.agent;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.RunOptionsSequence;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.tool.Tools;

/**
 * What an agent is made of.
 *
 * @param chatClient asks the model
 * @param name the name of the agent's runs
 * @param system the instruction to the model, or {@code null} for none
 * @param tools the tools that the model is offered
 * @param maxRounds how often the model may be asked
 * @param failOnToolError whether an exception of a tool fails the agent
 * @param chatOptions the options of the model
 * @param runOptions what the agent adds to its runs
 * @param callbackManager opens the runs where no run is in force
 */
record AgentSettings(ChatClient chatClient, String name, @Nullable String system, Tools tools, int maxRounds,
		boolean failOnToolError, ChatOptions chatOptions, RunOptionsSequence runOptions,
		CallbackManager callbackManager) {

	AgentSettings with(RunOptions options) {
		return new AgentSettings(this.chatClient, this.name, this.system, this.tools, this.maxRounds,
				this.failOnToolError, this.chatOptions, this.runOptions.with(options), this.callbackManager);
	}

}
