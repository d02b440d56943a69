package dev.llmcallbacks.client;

import org.jspecify.annotations.Nullable;

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
 * @param defaults values for prompts that do not set their own
 */
record ChatClientSettings(ChatModel chatModel, CallbackManager callbackManager, ChatOptions options,
		RunOptions runOptions, int batchConcurrency, RetryPolicy retryPolicy, TimeLimits timeLimits,
		Decorations decorations, PromptDefaults defaults) {

	ChatOptions effective(ChatOptions call) {
		return this.chatModel.defaultOptions().with(this.options).with(call);
	}

	ChatClientSettings with(@Nullable RetryPolicy retries, @Nullable TimeLimits limits) {
		if (retries == null && limits == null) {
			return this;
		}
		return new ChatClientSettings(this.chatModel, this.callbackManager, this.options, this.runOptions,
				this.batchConcurrency, (retries != null) ? retries : this.retryPolicy,
				(limits != null) ? limits : this.timeLimits, this.decorations, this.defaults);
	}

	String runName() {
		String name = this.chatModel.getClass().getSimpleName();
		return (this.chatModel.getClass().isSynthetic() || name.isEmpty()) ? ChatModel.class.getSimpleName() : name;
	}

}
