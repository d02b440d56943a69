package dev.llmcallbacks.chain;

import java.util.Set;

/**
 * Where a chain stands in the one around it.
 *
 * @param localTags the tags that its run gets from there
 * @param streaming whether the caller gets items as they come
 */
record Place(Set<String> localTags, boolean streaming) {

	Place(String localTag, boolean streaming) {
		this(Set.of(localTag), streaming);
	}

}
