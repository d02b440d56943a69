package dev.llmcallbacks.agent;

import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.dispatch.RunOptionsSequence;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.tool.Tools;

/**
 * Settings of an agent.
 *
 * @param chatClient calls the model
 * @param name the name of the agent's runs
 * @param system the instruction to the model, or {@code null} for none
 * @param tools the tools that the model is offered
 * @param maxRounds the maximum number of calls of the model
 * @param maxToolCalls the maximum number of tool calls of one response that are made
 * @param toolConcurrency the maximum number of tool calls at the same time
 * @param timeout the time limit of a run, or {@code null} for the manager's
 * @param failOnToolError whether an exception of a tool fails the agent
 * @param chatOptions the options of the model
 * @param runOptions the options of the agent's runs
 * @param manager supplies the manager that opens the runs where there is no current run,
 * or {@code null}
 */
record AgentSettings(ChatClient chatClient, String name, @Nullable String system, Tools tools, int maxRounds,
		int maxToolCalls, int toolConcurrency, @Nullable Duration timeout, boolean failOnToolError,
		ChatOptions chatOptions, RunOptionsSequence runOptions,
		@Nullable Supplier<? extends @Nullable CallbackManager> manager) {

	AgentSettings with(Supplier<? extends @Nullable CallbackManager> manager) {
		return new AgentSettings(this.chatClient, this.name, this.system, this.tools, this.maxRounds, this.maxToolCalls,
				this.toolConcurrency, this.timeout, this.failOnToolError, this.chatOptions, this.runOptions, manager);
	}

	AgentSettings with(RunOptions options) {
		return new AgentSettings(this.chatClient, this.name, this.system, this.tools, this.maxRounds, this.maxToolCalls,
				this.toolConcurrency, this.timeout, this.failOnToolError, this.chatOptions,
				this.runOptions.with(options), this.manager);
	}

}
