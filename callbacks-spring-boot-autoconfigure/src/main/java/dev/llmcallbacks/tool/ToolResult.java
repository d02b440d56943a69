package dev.llmcallbacks.tool;

import java.util.List;

import dev.llmcallbacks.message.Media;

/**
 * Result of a tool, as the model receives it.
 *
 * @param text the text, possibly empty
 * @param media the images, documents and other files
 */
record ToolResult(String text, List<Media> media) {

}
