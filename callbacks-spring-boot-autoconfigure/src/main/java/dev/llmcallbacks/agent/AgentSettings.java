package dev.llmcallbacks.agent;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
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
		boolean failOnToolError, ChatOptions chatOptions, RunOptions runOptions, CallbackManager callbackManager) {

	AgentSettings with(RunOptions options) {
		RunOptions merged = this.runOptions.mutate()
			.runName((options.runName() != null) ? options.runName() : this.runOptions.runName())
			.runId((options.runId() != null) ? options.runId() : this.runOptions.runId())
			.callbacks(options.callbacks().toArray(LlmCallbackHandler[]::new))
			.tags(options.tags().toArray(String[]::new))
			.metadata(options.metadata())
			.build();
		return new AgentSettings(this.chatClient, this.name, this.system, this.tools, this.maxRounds,
				this.failOnToolError, this.chatOptions, merged, this.callbackManager);
	}

}
