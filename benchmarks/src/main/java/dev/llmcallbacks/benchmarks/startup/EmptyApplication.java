package dev.llmcallbacks.benchmarks.startup;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application with nothing in it but what is on its class path. Knows nothing of the
 * library, so that it runs without it.
 */
@SpringBootApplication
public class EmptyApplication {

	/** What is printed when the application has started: how many beans it has. */
	public static final String STARTED = "started with beans: ";

	/**
	 * Start, tell so, and stop.
	 * @param args command line arguments for Spring Boot
	 */
	public static void main(String[] args) {
		try (ConfigurableApplicationContext context = SpringApplication.run(EmptyApplication.class, args)) {
			System.out.println(STARTED + context.getBeanDefinitionCount());
		}
	}

}
