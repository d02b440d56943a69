package dev.llmcallbacks.sample.picture;

import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Has the picture described once, and logs the record that the answer is read as. A
 * failure is logged and keeps nothing from starting.
 */
@Component
@Profile("!langchain4j & !spring-ai")
@Order(3)
class PictureProgram implements ApplicationRunner {

	private static final Logger logger = LoggerFactory.getLogger(PictureProgram.class);

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final PictureViewer viewer;

	PictureProgram(PictureViewer viewer) {
		this.viewer = viewer;
	}

	@Override
	public void run(ApplicationArguments args) {
		try {
			logger.info("The picture shows {}", this.viewer.describe().block(PATIENCE));
		}
		catch (RuntimeException ex) {
			logger.error("No description: {}", ex.getMessage());
		}
	}

}
