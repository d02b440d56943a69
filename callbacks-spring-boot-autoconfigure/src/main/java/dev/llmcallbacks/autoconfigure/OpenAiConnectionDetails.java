package dev.llmcallbacks.autoconfigure;

/**
 * Where OpenAI, or a server that speaks its protocol, is reached.
 */
public interface OpenAiConnectionDetails extends LlmConnectionDetails {

}
