package dev.llmcallbacks.sample.program;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

import dev.llmcallbacks.callback.LlmCallback;

/**
 * The two handlers as beans, for clients of other libraries.
 */
@Configuration(proxyBeanMethods = false)
@Profile({ "langchain4j", "spring-ai" })
class JokeHandlers {

	private static final Logger logger = LoggerFactory.getLogger(JokeHandlers.class);

	@Bean
	@LlmCallback
	MyCustomSyncHandler syncHandler() {
		return new MyCustomSyncHandler();
	}

	@Bean
	@LlmCallback
	MyCustomAsyncHandler asyncHandler() {
		return new MyCustomAsyncHandler();
	}

	/**
	 * Print a joke when the application has started. A provider that fails is logged.
	 * @param joke calls a model
	 * @return the runner
	 */
	static ApplicationRunner printing(Callable<String> joke) {
		return (arguments) -> {
			try {
				System.out.println(joke.call());
			}
			catch (RuntimeException | ExecutionException | TimeoutException ex) {
				logger.error("No joke: {}", ex.getMessage());
			}
		};
	}

}
