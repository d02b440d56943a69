package dev.llmcallbacks.sample.assistant;

import java.util.List;
import java.util.stream.Collectors;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.retriever.Retriever;
import dev.llmcallbacks.tool.LlmTool;

/**
 * What the agent may have done: a method that does not block and looks into the guide,
 * and one that blocks as a call of another service does.
 */
@Component
class IslandTools {

	private static final long JOURNEY_OF_A_REQUEST = 150;

	private final Retriever guide;

	IslandTools(Retriever guide) {
		this.guide = guide;
	}

	@LlmTool(name = "search_guide", description = "Finds pages of the island's guide for visitors.")
	Mono<String> searchGuide(@JsonPropertyDescription("what the visitor wants to know") String query) {
		return this.guide.retrieve(query).map(IslandTools::join);
	}

	@LlmTool(name = "next_ferry", description = "Says when the next ferry leaves.")
	String nextFerry(@JsonPropertyDescription("where it leaves") Harbour harbour) throws InterruptedException {
		Thread.sleep(JOURNEY_OF_A_REQUEST);
		return (harbour == Harbour.NORTH) ? "The next ferry leaves the north harbour at 10:40."
				: "The next ferry leaves the south harbour at 11:15.";
	}

	static String join(List<Document> pages) {
		return pages.isEmpty() ? "The guide says nothing about that."
				: pages.stream().map(Document::text).collect(Collectors.joining(" "));
	}

	/**
	 * Where ferries leave.
	 */
	enum Harbour {

		/** The harbour near the cape. */
		NORTH,

		/** The harbour near the market. */
		SOUTH

	}

}
