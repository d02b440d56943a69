package dev.llmcallbacks.springai;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ClassUtils;

/**
 * Hints for native images: Anthropic's blocks of thinking are read and written as JSON,
 * and clients and models are proxies of their interface.
 */
final class SpringAiRuntimeHints implements RuntimeHintsRegistrar {

	private static final String CLIENT = "org.springframework.ai.chat.client.ChatClient";

	private static final String MODEL = "org.springframework.ai.chat.model.ChatModel";

	private static final String STREAMING_MODEL = "org.springframework.ai.chat.model.StreamingChatModel";

	private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

	// Spring AI need not be there
	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		if (ClassUtils.isPresent(AnswerDetails.ANTHROPIC_BLOCK_NAME, classLoader)) {
			this.binding.registerReflectionHints(hints.reflection(),
					ClassUtils.resolveClassName(AnswerDetails.ANTHROPIC_BLOCK_NAME, classLoader));
		}
		if (ClassUtils.isPresent(CLIENT, classLoader)) {
			registerProxy(hints, classLoader, CLIENT);
			registerProxy(hints, classLoader, MODEL);
			registerProxy(hints, classLoader, MODEL, STREAMING_MODEL);
		}
	}

	private static void registerProxy(RuntimeHints hints, @Nullable ClassLoader classLoader, String... interfaces) {
		Class<?>[] types = Arrays.stream(interfaces)
			.map((name) -> ClassUtils.resolveClassName(name, classLoader))
			.toArray(Class<?>[]::new);
		hints.proxies().registerJdkProxy(AopProxyUtils.completeJdkProxyInterfaces(types));
	}

}
