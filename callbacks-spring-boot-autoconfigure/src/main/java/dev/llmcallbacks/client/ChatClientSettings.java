package dev.llmcallbacks.client;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;

/**
 * Settings of a client.
 *
 * @param chatModel the model to call
 * @param callbackManager opens the runs
 * @param options the options for what a prompt leaves open
 * @param runOptions the options of every run
 * @param batchConcurrency how many conversations of a batch are processed at the same
 * time
 * @param retryPolicy the policy for retries
 * @param timeLimits the time limits of a call
 * @param decorations the decorators of the model and of tools
 */
record ChatClientSettings(ChatModel chatModel, CallbackManager callbackManager, ChatOptions options,
		RunOptions runOptions, int batchConcurrency, RetryPolicy retryPolicy, TimeLimits timeLimits,
		Decorations decorations) {

	ChatOptions effective(ChatOptions call) {
		return this.chatModel.defaultOptions().with(this.options).with(call);
	}

	String runName() {
		String name = this.chatModel.getClass().getSimpleName();
		return (this.chatModel.getClass().isSynthetic() || name.isEmpty()) ? ChatModel.class.getSimpleName() : name;
	}

}
