package dev.llmcallbacks.sample.picture;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Takes the picture into a native image.
 */
final class PictureRuntimeHints implements RuntimeHintsRegistrar {

	/** Where the picture is in the class path. */
	static final String PICTURE = "picture/lighthouse.png";

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern(PICTURE);
	}

}
