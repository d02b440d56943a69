package dev.llmcallbacks.handlers;

import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.event.ChainEnd;
import dev.llmcallbacks.event.ChainError;
import dev.llmcallbacks.event.ChainStart;
import dev.llmcallbacks.event.ChatModelStart;
import dev.llmcallbacks.event.LlmCancel;
import dev.llmcallbacks.event.LlmEnd;
import dev.llmcallbacks.event.LlmError;
import dev.llmcallbacks.event.LlmStart;
import dev.llmcallbacks.event.RetrieverEnd;
import dev.llmcallbacks.event.RetrieverError;
import dev.llmcallbacks.event.RetrieverStart;
import dev.llmcallbacks.event.RunEnd;
import dev.llmcallbacks.event.RunStart;
import dev.llmcallbacks.event.ToolEnd;
import dev.llmcallbacks.event.ToolError;
import dev.llmcallbacks.event.ToolStart;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.TokenUsage;
import dev.llmcallbacks.message.ToolMessage;

/**
 * What the first and the last events of all types of runs have in common.
 */
final class EventParts {

	private EventParts() {
	}

	static Object inputOf(RunStart start) {
		if (start instanceof ChatModelStart chat) {
			return LlmStart.of(chat).prompts().get(0);
		}
		if (start instanceof LlmStart llm) {
			return String.join("\n", llm.prompts());
		}
		if (start instanceof ToolStart tool) {
			return tool.toolCall().arguments();
		}
		if (start instanceof RetrieverStart retriever) {
			return retriever.query();
		}
		return ((ChainStart) start).inputs();
	}

	static @Nullable Object outputOf(RunEnd end) {
		LlmResult result = resultOf(end);
		if (result != null) {
			return result.text();
		}
		if (end instanceof ChainEnd chain) {
			return chain.outputs();
		}
		if (end instanceof ToolEnd tool) {
			return textOf(tool.output());
		}
		return (end instanceof RetrieverEnd retriever) ? retriever.documents() : null;
	}

	// media by type, name and size
	private static String textOf(ToolMessage result) {
		if (result.media().isEmpty()) {
			return result.text();
		}
		String media = result.media().stream().map(Media::toString).collect(Collectors.joining(" "));
		return result.text().isEmpty() ? media : result.text() + " " + media;
	}

	static @Nullable LlmResult resultOf(RunEnd end) {
		if (end instanceof LlmEnd llm) {
			return llm.result();
		}
		if (end instanceof LlmError error) {
			return error.result();
		}
		return (end instanceof LlmCancel cancel) ? cancel.result() : null;
	}

	static TokenUsage usageOf(RunEnd end) {
		LlmResult result = resultOf(end);
		return (result != null) ? result.llmOutput().tokenUsage() : TokenUsage.NONE;
	}

	static @Nullable Throwable errorOf(RunEnd end) {
		if (end instanceof LlmError llm) {
			return llm.error();
		}
		if (end instanceof ChainError chain) {
			return chain.error();
		}
		if (end instanceof ToolError tool) {
			return tool.error();
		}
		return (end instanceof RetrieverError retriever) ? retriever.error() : null;
	}

}
