package dev.llmcallbacks.sample.assistant;

import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.agent.Agent;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.handlers.RunTreePrinter;

/**
 * Runs the chain and the agent once, and prints the tree of their runs as it grows. What
 * fails is logged and keeps nothing from starting.
 */
@Component
@Profile("!langchain4j & !spring-ai")
@Order(2)
class AssistantProgram implements ApplicationRunner {

	private static final Logger logger = LoggerFactory.getLogger(AssistantProgram.class);

	private static final Duration TIMEOUT = Duration.ofMinutes(2);

	private final Chain<String, String> note;

	private final Agent assistant;

	AssistantProgram(Chain<String, String> note, Agent assistant) {
		this.note = note;
		this.assistant = assistant;
	}

	@Override
	public void run(ApplicationArguments args) {
		RunOptions printed = RunOptions.builder().callbacks(new RunTreePrinter()).build();
		show("Running the chain", this.note.withOptions(printed).invoke("the lighthouse"));
		show("Running the agent", this.assistant.withOptions(printed)
			.text("When is the lighthouse open, and how do I get there from the north harbour?"));
	}

	private static void show(String title, Mono<String> run) {
		logger.info(title);
		try {
			logger.info("Answered: {}", run.block(TIMEOUT));
		}
		catch (RuntimeException ex) {
			logger.error("No answer: {}", ex.getMessage());
		}
	}

}
