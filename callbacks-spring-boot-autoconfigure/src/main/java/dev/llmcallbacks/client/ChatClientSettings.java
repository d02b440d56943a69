package dev.llmcallbacks.client;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;

/**
 * What a client is made of.
 *
 * @param chatModel the model to call
 * @param callbackManager opens the runs
 * @param options hold where a prompt sets nothing
 * @param runOptions what every run of the client gets
 * @param batchConcurrency how many conversations of a batch are asked at the same time
 * @param retryPolicy when a call that failed is tried again
 * @param timeLimits how long a call may take
 */
record ChatClientSettings(ChatModel chatModel, CallbackManager callbackManager, ChatOptions options,
		RunOptions runOptions, int batchConcurrency, RetryPolicy retryPolicy, TimeLimits timeLimits) {

	ChatOptions effective(ChatOptions call) {
		return this.chatModel.defaultOptions().with(this.options).with(call);
	}

	String runName() {
		String name = this.chatModel.getClass().getSimpleName();
		return (this.chatModel.getClass().isSynthetic() || name.isEmpty()) ? ChatModel.class.getSimpleName() : name;
	}

}
