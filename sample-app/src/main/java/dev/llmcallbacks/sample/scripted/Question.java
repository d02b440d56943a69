package dev.llmcallbacks.sample.scripted;

/**
 * What was asked, whatever the protocol.
 *
 * @param model the model's name
 * @param prompt the text of the last message
 * @param inputTokens how many tokens all messages have
 * @param maxTokens how many tokens the answer may have
 * @param stream whether the answer is to be streamed
 * @param streamUsage whether a stream is to tell the usage
 * @param tools what it says about tools
 */
record Question(String model, String prompt, int inputTokens, int maxTokens, boolean stream, boolean streamUsage,
		ToolTalk tools) {

}
