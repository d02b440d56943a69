package dev.llmcallbacks.sample.scripted;

import tools.jackson.databind.JsonNode;

/**
 * A tool that may be called, whatever the protocol.
 *
 * @param name the tool's name
 * @param schema the JSON schema of its arguments
 */
record OfferedTool(String name, JsonNode schema) {

}
