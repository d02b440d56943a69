package dev.llmcallbacks.dispatch;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmNewToken;
import dev.llmcallbacks.test.Await;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HandlerActivity}.
 */
@ExtendWith(OutputCaptureExtension.class)
class HandlerActivityTests {

	@Test
	@DisplayName("G15 failures are logged at WARN with handler, event, run id and stack trace, at a falling rate")
	void shouldLogFailuresAtAFallingRate(CapturedOutput output) {
		Probe probe = new Probe().on(LlmNewToken.class, (token) -> Mono.error(new IllegalStateException("no luck")));
		Bench bench = Bench.of(HandlerKind.ASYNC_CLASS, probe).answering("a", "b", "c", "d", "e", "f");
		bench.client().prompt("Hi").result().block(Await.TIMEOUT);
		String line = "Handler 'AsyncClass' failed in LlmNewToken of run " + probe.of(LlmEnd.class).get(0).run().id();
		assertThat(output.toString().lines().filter((text) -> text.contains(line))).hasSize(3)
			.allMatch((text) -> text.contains("WARN"))
			.last()
			.asString()
			.contains("number 4; not every one is logged");
		assertThat(output.toString().split("IllegalStateException: no luck", -1)).hasSize(1 + 3);
		assertThat(output).contains("at " + HandlerActivityTests.class.getName());
	}

}
