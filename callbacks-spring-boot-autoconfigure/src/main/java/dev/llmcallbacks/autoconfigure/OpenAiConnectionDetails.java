package dev.llmcallbacks.autoconfigure;

/**
 * Details required to establish a connection to OpenAI, or to a server that speaks its
 * protocol.
 */
public interface OpenAiConnectionDetails extends LlmConnectionDetails {

}
