package dev.llmcallbacks.handlers;

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Internal to the library: contents of one run of a {@link RunWatch}.
 *
 * @param id the run's id
 * @param inputs what the run was started with
 * @param outputs what it has returned so far
 * @param moments what has happened in it
 * @param omitted how many parts are not included because there are too many
 */
public record RunDetail(UUID id, List<Part> inputs, List<Part> outputs, List<Part> moments, int omitted) {

	public RunDetail {
		inputs = List.copyOf(inputs);
		outputs = List.copyOf(outputs);
		moments = List.copyOf(moments);
	}

	/**
	 * Part of the contents of a run.
	 *
	 * @param kind what it is: {@code system}, {@code human}, {@code ai}, {@code tool},
	 * {@code reasoning}, {@code tool-call}, {@code arguments}, {@code query},
	 * {@code document}, {@code media}, {@code input}, {@code output}, {@code text},
	 * {@code event}, {@code progress}, {@code retry}, {@code error}, {@code cause},
	 * {@code option} or {@code metadata}
	 * @param label a name that belongs to it, printable and cut; or {@code null}
	 * @param text its text, cut, and filtered; {@code null} if the filter has removed it
	 * @param length how many characters the text has before it is cut
	 */
	public record Part(String kind, @Nullable String label, @Nullable String text, int length) {

	}

}
