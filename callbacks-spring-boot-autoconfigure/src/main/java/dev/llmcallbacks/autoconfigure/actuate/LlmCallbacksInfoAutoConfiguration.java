package dev.llmcallbacks.autoconfigure.actuate;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.autoconfigure.info.InfoContributorFallback;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import dev.llmcallbacks.autoconfigure.LlmCallbacksAutoConfiguration;
import dev.llmcallbacks.autoconfigure.LlmChatModelAutoConfiguration;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.model.ChatModel;

/**
 * Auto-configuration for the {@link LlmCallbacksInfoContributor}, when
 * {@code management.info.llmcallbacks.enabled} asks for it.
 */
@AutoConfiguration(after = { LlmCallbacksAutoConfiguration.class, LlmChatModelAutoConfiguration.class })
@ConditionalOnClass(ConditionalOnEnabledInfoContributor.class)
public final class LlmCallbacksInfoAutoConfiguration {

	@Bean
	@ConditionalOnEnabledInfoContributor(value = "llmcallbacks", fallback = InfoContributorFallback.DISABLE)
	@ConditionalOnBean(CallbackManager.class)
	@ConditionalOnMissingBean
	LlmCallbacksInfoContributor llmCallbacksInfoContributor(CallbackManager callbackManager,
			ObjectProvider<ChatModel> models) {
		return new LlmCallbacksInfoContributor(callbackManager, models.orderedStream().toList());
	}

}
