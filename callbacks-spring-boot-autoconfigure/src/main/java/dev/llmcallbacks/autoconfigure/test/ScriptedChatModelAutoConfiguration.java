package dev.llmcallbacks.autoconfigure.test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Fallback;

import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.autoconfigure.LlmChatClientAutoConfiguration;
import dev.llmcallbacks.autoconfigure.LlmChatModelAutoConfiguration;
import dev.llmcallbacks.callback.LlmCallback;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedChatModel;

/**
 * Auto-configuration for the tests of an application: a {@link ScriptedChatModel} in
 * place of its models, and an {@link EventRecorder} among its handlers.
 * <p>
 * Conditions see the application's models as they are without the test, and the scripted
 * one where there is no other.
 *
 * @see AutoConfigureScriptedChatModel
 */
@AutoConfiguration(after = LlmChatModelAutoConfiguration.class,
		before = { LlmCallbacksAutoConfiguration.class, LlmChatClientAutoConfiguration.class })
public final class ScriptedChatModelAutoConfiguration {

	@Bean
	@Fallback
	@ConditionalOnMissingBean
	ScriptedChatModel llmCallbacksScriptedChatModel() {
		return new ScriptedChatModel();
	}

	@Bean
	@LlmCallback
	@ConditionalOnMissingBean
	EventRecorder llmCallbacksEventRecorder() {
		return new EventRecorder();
	}

	@Bean
	@ConditionalOnMissingBean
	static ChatModelReplacement llmCallbacksChatModelReplacement() {
		return new ChatModelReplacement();
	}

	@Bean
	@ConditionalOnMissingBean
	ResetBeforeTestMethod llmCallbacksResetBeforeTestMethod(ScriptedChatModel model, EventRecorder recorder) {
		return new ResetBeforeTestMethod(model, recorder);
	}

}
