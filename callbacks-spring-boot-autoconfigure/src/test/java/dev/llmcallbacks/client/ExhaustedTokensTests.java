package dev.llmcallbacks.client;

import java.time.Duration;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.FinishReason;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExhaustedTokens}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExhaustedTokensTests {

	@Test
	@DisplayName("an empty response whose limit was used for reasoning is logged once for each model")
	void shouldWarnOnceForEachModel(CapturedOutput output) {
		ScriptedAnswer exhausted = ScriptedAnswer.reasoning("let me", "see").withFinishReason(FinishReason.LENGTH);
		ask("exhausted-1", exhausted);
		ask("exhausted-1", exhausted);
		ask("exhausted-2",
				ScriptedAnswer.reasoning("so").then(ScriptedAnswer.text(" \n")).withFinishReason(FinishReason.LENGTH));
		assertThat(output.getAll()).containsOnlyOnce("'exhausted-1'")
			.containsOnlyOnce("'exhausted-2'")
			.contains("'callbacks.chat.max-tokens'");
	}

	@Test
	@DisplayName("other responses are not logged")
	void shouldNotWarnOtherwise(CapturedOutput output) {
		ask("fine-1",
				ScriptedAnswer.reasoning("so").then(ScriptedAnswer.text("Hi")).withFinishReason(FinishReason.LENGTH));
		ask("fine-2", ScriptedAnswer.reasoning("let me see"));
		ask("fine-3", ScriptedAnswer.text("").withFinishReason(FinishReason.LENGTH));
		assertThat(output.getAll()).doesNotContain("'fine-");
	}

	private static void ask(String model, ScriptedAnswer answer) {
		ChatClient client = ChatClient.builder(new ScriptedChatModel(answer))
			.defaultOptions(ChatOptions.builder().model(model).build())
			.build();
		client.prompt("Hi").text().block(Duration.ofSeconds(10));
	}

}
