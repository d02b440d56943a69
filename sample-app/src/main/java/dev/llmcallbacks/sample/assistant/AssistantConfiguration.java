package dev.llmcallbacks.sample.assistant;

import java.util.Map;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.io.support.ResourcePatternResolver;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.retriever.Retriever;
import dev.llmcallbacks.tool.Tools;

/**
 * Puts the retriever, the chain and the agent together. All take the application's
 * {@link CallbackManager}, so that its handlers hear of them.
 * <p>
 * The chain has three steps: pages of the guide and a headline at the same time, the
 * prompt made of both, and the model's answer to it, which is streamed.
 */
@Configuration(proxyBeanMethods = false)
@ImportRuntimeHints(GuideRuntimeHints.class)
class AssistantConfiguration {

	@Bean
	Retriever guide(ResourcePatternResolver resources) {
		Guide guide = Guide.read(resources, "classpath:" + Guide.PAGES);
		return Retriever.of("guide", guide::search);
	}

	@Bean
	Chain<String, String> note(ChatClient chatClient, Retriever guide) {
		Chain<String, String> facts = Chain.of("facts", (topic) -> guide.retrieve(topic).map(IslandTools::join));
		Chain<String, String> headline = Chain.of("headline",
				(topic) -> chatClient.prompt("Write a headline about " + topic).tags("draft").content());
		Chain<Map<String, Object>, String> prompt = Chain.of("prompt",
				(parts) -> "Write a note with the headline \"%s\". Facts: %s".formatted(parts.get("headline"),
						parts.get("facts")));
		Chain<String, String> model = Chain.of("model", (text) -> chatClient.prompt(text).content());
		return Chain.parallel(Map.of("facts", facts, "headline", headline))
			.then(prompt)
			.then(model)
			.withOptions(RunOptions.builder().runName("note").build());
	}

	@Bean
	Agent assistant(ChatClient chatClient, Tools tools) {
		return Agent.builder(chatClient)
			.name("assistant")
			.system("You help visitors of a small island. Look things up before you answer.")
			.tools(tools)
			.build();
	}

}
