package dev.llmcallbacks.sample.scripted;

import java.util.List;

/**
 * What a request says about tools, whatever the protocol.
 *
 * @param offered the tools that may be called
 * @param results what the tools called last have answered
 */
record ToolTalk(List<OfferedTool> offered, List<String> results) {

	static final ToolTalk NONE = new ToolTalk(List.of(), List.of());

	boolean wantsCalls() {
		return !this.offered.isEmpty() && this.results.isEmpty();
	}

}
