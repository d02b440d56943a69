package dev.llmcallbacks.feed;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.util.StringUtils;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.RunContentFilter;
import dev.llmcallbacks.handlers.EventContentFilter;
import dev.llmcallbacks.run.Run;

/**
 * The one implementation of {@link RunFeeds}. Feeds of this node are written to its
 * memory and read there; copies for other nodes are the concern of {@link FeedCopies}.
 */
final class DefaultRunFeeds implements RunFeeds {

	private static final HexFormat HEX = HexFormat.of();

	private final MemoryFeedStore memory;

	private final FollowerQueues followers = new FollowerQueues();

	private final @Nullable FeedCopies copies;

	private final FeedSettings settings;

	/** {@code null} if contents are not filtered. */
	private final @Nullable EventContentFilter filter;

	/** Written by the threads that open and end feeds. */
	private final Map<UUID, DefaultRunFeed> open = new ConcurrentHashMap<>();

	/** Written by the threads that produce events. */
	private final AtomicLong appended = new AtomicLong();

	DefaultRunFeeds(MemoryFeedStore memory, @Nullable FeedStore store, FeedSettings settings,
			@Nullable RunContentFilter filter) {
		this.memory = memory;
		this.settings = settings;
		this.filter = (filter != null) ? EventContentFilter.of(filter) : null;
		this.copies = (store != null) ? new FeedCopies(store, settings, this.followers, this::cancelHere) : null;
	}

	@Override
	public RunFeed create(String owner, FeedView view) {
		Objects.requireNonNull(view, "'view' must not be null");
		UUID runId = Run.newId();
		FeedView shown = (this.filter != null && view instanceof FilterableView filterable)
				? filterable.filteredBy(this.filter) : view;
		return new DefaultRunFeed(runId, shown, new Opening(runId, owner));
	}

	@Override
	public Flux<ServerSentEvent<String>> follow(UUID runId, String owner, @Nullable String lastId) {
		return Flux.defer(() -> FollowerEvents.of(emissions(runId, fingerprint(runId, owner), number(lastId)),
				this.settings.heartbeat()));
	}

	private Flux<LogFollower.Emission> emissions(UUID runId, String owner, long after) {
		KeptFeed feed = this.memory.kept(runId);
		if (feed != null) {
			return feed.isOwnedBy(owner) ? this.followers.follow(feed.log(), after)
					: Flux.error(new FeedNotFoundException(runId));
		}
		FeedCopies copies = this.copies;
		if (copies == null) {
			return Flux.error(new FeedNotFoundException(runId));
		}
		return findStored(copies, runId, owner).flatMapMany((stored) -> copies.follow(runId, after));
	}

	private static Mono<FeedStore.StoredFeed> findStored(FeedCopies copies, UUID runId, String owner) {
		return copies.find(runId)
			.onErrorMap((ex) -> new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE,
					"The feed cannot be read because its store does not answer", ex))
			.filter((stored) -> KeptFeed.areSame(stored.owner(), owner))
			.switchIfEmpty(Mono.error(() -> new FeedNotFoundException(runId)));
	}

	@Override
	public Mono<Boolean> hasEnded(UUID runId, String owner, @Nullable String lastId) {
		return Mono.defer(() -> {
			String fingerprint = fingerprint(runId, owner);
			long after = number(lastId);
			KeptFeed feed = this.memory.kept(runId);
			if (feed != null) {
				return feed.isOwnedBy(fingerprint) ? Mono.just(feed.log().isEnded() && after >= feed.log().lastNumber())
						: Mono.error(new FeedNotFoundException(runId));
			}
			FeedCopies copies = this.copies;
			if (copies == null) {
				return Mono.error(new FeedNotFoundException(runId));
			}
			return findStored(copies, runId, fingerprint)
				.flatMap((stored) -> (after > 0) ? copies.isLast(runId, after) : Mono.just(false));
		});
	}

	@Override
	public Mono<Boolean> cancel(UUID runId, String owner) {
		return Mono.defer(() -> {
			String fingerprint = fingerprint(runId, owner);
			KeptFeed feed = this.memory.kept(runId);
			if (feed != null) {
				return Mono.just(feed.isOwnedBy(fingerprint) && cancelHere(runId));
			}
			FeedCopies copies = this.copies;
			return (copies != null) ? findStored(copies, runId, fingerprint).flatMap((stored) -> copies.cancel(runId))
				.onErrorResume(FeedNotFoundException.class, (ex) -> Mono.just(false)) : Mono.just(false);
		});
	}

	private boolean cancelHere(UUID runId) {
		DefaultRunFeed writer = this.open.get(runId);
		return writer != null && writer.cancel(false);
	}

	@Override
	public FeedStatistics statistics() {
		FeedCopies copies = this.copies;
		int kept = 0;
		int followers = (copies != null) ? copies.followers() : 0;
		for (KeptFeed feed : this.memory.all()) {
			kept++;
			followers += feed.log().followers();
		}
		return new FeedStatistics(this.open.size(), kept, this.memory.totalBytes(), followers, this.appended.get(),
				(copies != null) ? copies.failures() : 0, (copies != null) ? copies.lag() : Duration.ZERO);
	}

	@Override
	public Mono<Void> ping() {
		return (this.copies != null) ? this.copies.find(new UUID(0, 0)).then() : Mono.empty();
	}

	@Override
	public void release() {
		if (this.copies != null) {
			this.copies.release();
		}
	}

	@Override
	public Mono<Void> shutdown(Duration timeout) {
		return Mono.defer(() -> {
			this.open.values().forEach((writer) -> writer.cancel(true));
			return (this.copies != null) ? this.copies.shutdown(timeout) : Mono.empty();
		});
	}

	private static long number(@Nullable String lastId) {
		if (!StringUtils.hasText(lastId)) {
			return 0;
		}
		try {
			long number = Long.parseLong(lastId.strip());
			if (number >= 0) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// is reported below
		}
		throw new IllegalArgumentException("'lastId' must be the id of an entry of the feed");
	}

	// the store does not need the name of a person to compare it
	private static String fingerprint(UUID runId, String owner) {
		if (!StringUtils.hasText(owner)) {
			throw new IllegalArgumentException("'owner' must not be empty");
		}
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(runId.toString().getBytes(StandardCharsets.UTF_8));
			return HEX.formatHex(digest.digest(owner.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/**
	 * The memory as the writer of one feed sees it.
	 */
	private final class Opening implements DefaultRunFeed.Opening {

		private final UUID runId;

		private final String owner;

		private final String fingerprint;

		Opening(UUID runId, String owner) {
			this.runId = runId;
			this.owner = owner;
			this.fingerprint = fingerprint(runId, owner);
		}

		@Override
		public KeptFeed open(DefaultRunFeed writer) {
			KeptFeed feed = DefaultRunFeeds.this.memory.keep(this.runId, this.fingerprint);
			DefaultRunFeeds.this.open.put(this.runId, writer);
			if (DefaultRunFeeds.this.copies != null) {
				DefaultRunFeeds.this.copies.add(feed);
			}
			return feed;
		}

		@Override
		public Flux<ServerSentEvent<String>> follow() {
			return DefaultRunFeeds.this.follow(this.runId, this.owner, null);
		}

		@Override
		public void appended(KeptFeed feed) {
			DefaultRunFeeds.this.appended.incrementAndGet();
		}

		@Override
		public void ended(KeptFeed feed) {
			DefaultRunFeeds.this.appended.incrementAndGet();
			feed.retain(DefaultRunFeeds.this.settings.retention().toNanos());
			DefaultRunFeeds.this.open.remove(this.runId);
		}

	}

}
