package dev.llmcallbacks.client;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.llmcallbacks.message.ToolDefinition;

/**
 * Values for prompts that do not set their own.
 *
 * @param system the instruction, or {@code null}
 * @param tools the tools that the model may call
 * @param mediaLimits the limits of the media in the messages
 */
record PromptDefaults(@Nullable String system, List<ToolDefinition> tools, MediaLimits mediaLimits) {

	static final PromptDefaults NONE = new PromptDefaults(null, List.of(), MediaLimits.DEFAULT);

	PromptDefaults {
		tools = List.copyOf(tools);
	}

}
