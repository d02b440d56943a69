package dev.llmcallbacks.autoconfigure;

/**
 * Details required to establish a connection to Anthropic, or to a server that speaks its
 * protocol.
 */
public interface AnthropicConnectionDetails extends LlmConnectionDetails {

}
