package dev.llmcallbacks.provider.openai;

/**
 * Part of an answer's content that is not just a text.
 *
 * @param textBefore how many characters of the event's text precede it
 * @param json its JSON text as it was sent
 */
record OpenAiPart(int textBefore, String json) {

}
