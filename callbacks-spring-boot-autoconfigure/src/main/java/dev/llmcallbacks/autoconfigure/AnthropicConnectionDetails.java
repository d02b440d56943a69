package dev.llmcallbacks.autoconfigure;

/**
 * Where Anthropic, or a server that speaks its protocol, is reached.
 */
public interface AnthropicConnectionDetails extends LlmConnectionDetails {

}
