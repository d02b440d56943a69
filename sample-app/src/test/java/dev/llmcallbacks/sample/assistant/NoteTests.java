package dev.llmcallbacks.sample.assistant;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

import dev.llmcallbacks.autoconfigure.test.AutoConfigureScriptedChatModel;
import dev.llmcallbacks.chain.Chain;
import dev.llmcallbacks.message.ChatRequest;
import dev.llmcallbacks.run.Outcome;
import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the chain that writes a note, with a scripted model in the application.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE)
@AutoConfigureScriptedChatModel
class NoteTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@Autowired
	private Chain<String, String> note;

	@Autowired
	private ScriptedChatModel model;

	@Autowired
	private EventRecorder recorder;

	@Test
	void shouldPutTheHeadlineAndTheFactsIntoThePrompt() {
		this.model.answerWhen("Write a headline about the lighthouse", ScriptedAnswer.text("Light ahead"))
			.answerWhen("Write a note", ScriptedAnswer.tokens("A ", "note."));
		assertThat(this.note.stream("the lighthouse").collectList().block(PATIENCE)).containsExactly("A ", "note.");
		List<ChatRequest> requests = this.model.requests();
		assertThat(requests).hasSize(2);
		assertThat(requests.get(1).messages().get(0).text()).contains("the headline \"Light ahead\"", "north cape");
		assertThat(this.recorder).hasRuns("note").hasEndedEachRunOnce();
		assertThat(this.recorder).run("note").endedWith(Outcome.COMPLETED).hasChildren("parallel", "prompt", "model");
		assertThat(this.recorder).run("facts").hasChildren("guide");
	}

	@Test
	void shouldFailWithoutAskingForTheNoteWhenThereIsNoHeadline() {
		this.model.answer(ScriptedAnswer.failure(new IllegalStateException("no headline")));
		assertThat(this.note.invoke("the lighthouse").onErrorReturn("failed").block(PATIENCE)).isEqualTo("failed");
		assertThat(this.model.calls()).hasSize(1);
		assertThat(this.recorder).run("note").hasChildren("parallel").failure().hasMessage("no headline");
	}

}
