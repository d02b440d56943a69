package dev.llmcallbacks.sample.picture;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * What a picture shows, as the model answers it.
 *
 * @param place where it was taken
 * @param things what can be seen
 */
record View(@JsonPropertyDescription("where the picture was taken, in a few words") String place,
		@JsonPropertyDescription("what can be seen, one or two words each") List<String> things) {

	View {
		things = List.copyOf(things);
	}

}
