package dev.llmcallbacks.autoconfigure.test;

import org.springframework.test.context.event.annotation.BeforeTestMethod;

import dev.llmcallbacks.test.EventRecorder;
import dev.llmcallbacks.test.ScriptedChatModel;

/**
 * Lets each test method begin with nothing scripted and nothing heard, also in an
 * application that is shared by several test classes. Told of it by Spring's own
 * {@code EventPublishingTestExecutionListener}: tests of other applications have no
 * listener more.
 */
final class ResetBeforeTestMethod {

	private final ScriptedChatModel model;

	private final EventRecorder recorder;

	ResetBeforeTestMethod(ScriptedChatModel model, EventRecorder recorder) {
		this.model = model;
		this.recorder = recorder;
	}

	@BeforeTestMethod
	void reset() {
		this.model.reset();
		this.recorder.reset();
	}

}
