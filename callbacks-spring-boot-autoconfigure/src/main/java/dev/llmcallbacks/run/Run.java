package dev.llmcallbacks.run;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Run of a model call, chain, tool, retriever or agent. Immutable.
 *
 * @param id the run's id: a UUID of version 7 (time-ordered, RFC 9562) unless the caller
 * set one
 * @param parentId the id of the run inside which this one was opened, or {@code null} for
 * a root run
 * @param rootId the id of the outermost run; of a root run its own id
 * @param type what kind of work it is
 * @param name the run's name
 * @param tags the run's own and inherited tags, in the order in which they were added
 * @param metadata the run's own and inherited metadata, in the order in which it was
 * added; values may be anything but {@code null}
 * @param startedAt when the run was opened
 */
public record Run(UUID id, @Nullable UUID parentId, UUID rootId, RunType type, String name, Set<String> tags,
		Map<String, Object> metadata, Instant startedAt) {

	public Run {
		Objects.requireNonNull(id, "'id' must not be null");
		Objects.requireNonNull(rootId, "'rootId' must not be null");
		Objects.requireNonNull(type, "'type' must not be null");
		Objects.requireNonNull(name, "'name' must not be null");
		Objects.requireNonNull(startedAt, "'startedAt' must not be null");
		tags = tags.isEmpty() ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(tags));
		metadata = metadata.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
	}

	/**
	 * Return a new id of version 7. The ids of one process are strictly increasing, and
	 * cannot be predicted from other ids.
	 * @return the id
	 */
	public static UUID newId() {
		return TimeOrderedId.next();
	}

}
