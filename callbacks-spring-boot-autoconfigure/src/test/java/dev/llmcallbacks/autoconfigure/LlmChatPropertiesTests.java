package dev.llmcallbacks.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import dev.llmcallbacks.message.ChatOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LlmChatProperties}.
 */
class LlmChatPropertiesTests {

	@Test
	void shouldLeaveEverythingButStreamingToTheProvider() {
		assertThat(new LlmChatProperties().toOptions()).isEqualTo(ChatOptions.builder().streaming(true).build());
	}

	@Test
	void shouldKeepTheShapeOfTheExtraBody() throws IOException {
		LlmChatProperties properties = bind("""
				callbacks:
				  chat:
				    extra-body:
				      top_k: 40
				      parallelToolCalls: false
				      service-tier: auto
				      modalities: [text, audio]
				      metadata: { user_id: abc, levels: [{ a: 1 }] }
				""");
		assertThat(properties.toOptions().extraBody())
			.isEqualTo(Map.of("top_k", 40, "parallelToolCalls", false, "service-tier", "auto", "modalities",
					List.of("text", "audio"), "metadata", Map.of("user_id", "abc", "levels", List.of(Map.of("a", 1)))));
	}

	private static LlmChatProperties bind(String yaml) throws IOException {
		ByteArrayResource resource = new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8));
		PropertySource<?> source = new YamlPropertySourceLoader().load("yaml", resource).get(0);
		return new Binder(ConfigurationPropertySources.from(source)).bind("callbacks.chat", LlmChatProperties.class)
			.get();
	}

}
