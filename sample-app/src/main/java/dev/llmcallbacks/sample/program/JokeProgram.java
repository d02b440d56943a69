package dev.llmcallbacks.sample.program;

import java.time.Duration;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.HumanMessage;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.sample.ChatClients;

/**
 * Has every configured provider tell a joke, and prints what the handlers hear and what
 * the call returns. A provider that fails is logged and keeps nothing from starting.
 */
@Component
@Profile("!langchain4j & !spring-ai")
@Order(1)
class JokeProgram implements ApplicationRunner {

	private static final Logger logger = LoggerFactory.getLogger(JokeProgram.class);

	private static final Duration TIMEOUT = Duration.ofMinutes(2);

	private final ChatClients clients;

	JokeProgram(ChatClients clients) {
		this.clients = clients;
	}

	@Override
	public void run(ApplicationArguments args) {
		this.clients.forEach((provider, client) -> {
			logger.info("Asking {} for a joke", provider);
			try {
				System.out.println(tellAJoke(client).block(TIMEOUT));
			}
			catch (ChatModelException ex) {
				logger.error("No joke: {}", ex.getMessage());
			}
		});
	}

	private static Mono<LlmResult> tellAJoke(ChatClient client) {
		ChatClient chat = client.mutate()
			.defaultOptions(ChatOptions.builder().maxTokens(25).streaming(true).build())
			.build();
		RunOptions callbacks = RunOptions.builder()
			.callbacks(new MyCustomSyncHandler(), new MyCustomAsyncHandler())
			.build();
		return chat.generate(List.of(List.of(new HumanMessage("Tell me a joke"))), callbacks);
	}

}
