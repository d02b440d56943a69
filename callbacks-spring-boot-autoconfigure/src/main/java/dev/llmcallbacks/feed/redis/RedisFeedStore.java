package dev.llmcallbacks.feed.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.Limit;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.ReactiveSubscription.Message;
import org.springframework.data.redis.connection.RedisStreamCommands.XAddOptions;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.core.ReactiveStreamOperations;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.util.StringUtils;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

import dev.llmcallbacks.feed.FeedEntry;
import dev.llmcallbacks.feed.FeedStore;

/**
 * Feeds in Redis 6.2 or newer, through the application's connection factory.
 * <p>
 * A feed has three keys, with the run's id as hash tag: a stream of batches of entries
 * ({@code …:feed}), whose ids are the numbers of the last entry of each batch, so that no
 * entry can be appended twice; a text by which the owner is compared ({@code …:owner});
 * and the id of the node that writes it ({@code …:lease}), which expires with the lease.
 * All of them expire: the keys of a feed that a lost node has written after the retention
 * of open feeds.
 * <p>
 * Nodes send messages to each other through one channel for each node, to which it is
 * subscribed with one connection of its own: to cancel a run, to announce that a node
 * follows a feed, and that entries have been appended. Everything else goes through the
 * shared connection, and nothing blocks on it. Messages may be lost: a feed is read twice
 * a second without them. In a cluster, messages reach all nodes, but whether a request to
 * cancel was received is not known reliably.
 * <p>
 * Thread-safe. To be {@linkplain #close() closed}.
 */
public final class RedisFeedStore implements FeedStore, AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisFeedStore.class);

	/** How long the keys of an open feed are kept if nobody extends that. */
	private static final Duration OPEN_RETENTION = Duration.ofMinutes(10);

	/** How often a node announces that it follows a feed. */
	private static final Duration ANNOUNCEMENT = Duration.ofSeconds(5);

	private static final Duration FIRST_WAIT = Duration.ofMillis(100);

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

	/** Number of batches that are read at a time. */
	private static final int PAGE = 32;

	private static final int RECORD_BYTES = 64 << 10;

	private static final String BATCH = "e";

	private static final String CANCEL = "cancel";

	private static final String FOLLOW = "follow";

	private static final String APPENDED = "appended";

	private final ReactiveStringRedisTemplate redis;

	private final ReactiveStreamOperations<String, String, String> streams;

	private final String prefix;

	private final String node = UUID.randomUUID().toString();

	/** Written by the threads of the connection. */
	private final Sinks.Many<UUID> cancellations = Sinks.many().multicast().directBestEffort();

	/** Written by the threads of the connection. */
	private final Sinks.Many<UUID> changes = Sinks.many().multicast().directBestEffort();

	/**
	 * Nodes that follow feeds of this node, and when they have announced it. Written by
	 * the threads of the connection, and by those that append.
	 */
	private final Map<UUID, Map<String, Long>> followers = new ConcurrentHashMap<>();

	private final Disposable messages;

	/**
	 * Create a store, and subscribe to the messages of other nodes.
	 * @param connectionFactory connects to Redis
	 * @param prefix the prefix of all keys and channels, for example
	 * {@code llm-callbacks:}
	 */
	public RedisFeedStore(ReactiveRedisConnectionFactory connectionFactory, String prefix) {
		this.redis = new ReactiveStringRedisTemplate(connectionFactory);
		this.streams = this.redis.opsForStream();
		this.prefix = Objects.requireNonNull(prefix, "'prefix' must not be null");
		this.messages = Flux.defer(() -> this.redis.listenTo(ChannelTopic.of(channel(this.node))))
			.doOnError((ex) -> logger.debug("Messages of other nodes cannot be received", ex))
			.retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_WAIT).maxBackoff(LONGEST_WAIT).transientErrors(true))
			.map(Message::getMessage)
			.subscribe(this::receive, (ex) -> logger.warn("Messages of other nodes are no longer received", ex));
	}

	private String channel(String node) {
		return this.prefix + "node:" + node;
	}

	private String key(UUID runId, String suffix) {
		return this.prefix + "{" + runId + "}:" + suffix;
	}

	private String feed(UUID runId) {
		return key(runId, "feed");
	}

	private String owner(UUID runId) {
		return key(runId, "owner");
	}

	private String lease(UUID runId) {
		return key(runId, "lease");
	}

	private void receive(String message) {
		String[] parts = StringUtils.delimitedListToStringArray(message, " ");
		try {
			switch (parts[0]) {
				case CANCEL -> this.cancellations.tryEmitNext(UUID.fromString(parts[1]));
				case APPENDED -> this.changes.tryEmitNext(UUID.fromString(parts[1]));
				case FOLLOW -> followed(UUID.fromString(parts[1]), parts[2]);
				default -> logger.debug("A message of an unknown kind is ignored");
			}
		}
		catch (IllegalArgumentException | ArrayIndexOutOfBoundsException ex) {
			logger.debug("A malformed message is ignored", ex);
		}
	}

	// only of feeds that this node writes
	private void followed(UUID runId, String node) {
		this.followers.computeIfPresent(runId, (id, nodes) -> {
			nodes.put(node, System.nanoTime());
			return nodes;
		});
	}

	@Override
	public Mono<Void> open(UUID runId, String owner, Duration lease) {
		return Mono.defer(() -> {
			this.followers.putIfAbsent(runId, new ConcurrentHashMap<>());
			MapRecord<String, String, String> first = MapRecord.create(feed(runId), Map.of("node", this.node))
				.withId(RecordId.of(0, 1));
			Duration retention = lease.plus(OPEN_RETENTION);
			// the lease first: a feed that is found without one belongs to a lost node
			return this.redis.opsForValue()
				.set(lease(runId), this.node, lease)
				.then(this.redis.opsForValue().set(owner(runId), owner, retention))
				.then(this.streams.add(first).onErrorResume(RedisFeedStore::isAppended, (ex) -> Mono.empty()))
				.then(this.redis.expire(feed(runId), retention))
				.then();
		});
	}

	// the id is smaller than that of the last record, or the same
	private static boolean isAppended(Throwable error) {
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if (cause.getMessage() != null && cause.getMessage().contains("equal or smaller than")) {
				return true;
			}
		}
		return false;
	}

	@Override
	public Mono<Long> append(UUID runId, List<FeedEntry> entries, long oldest) {
		return Flux.fromIterable(batches(entries))
			.concatMap((batch) -> add(runId, batch, oldest).map(List::of).defaultIfEmpty(List.of()))
			.takeUntil(List::isEmpty)
			.last(List.of())
			.flatMap((last) -> last.isEmpty() ? Mono.<Long>empty() : announceAppended(runId).thenReturn(last.get(0)));
	}

	private static List<List<FeedEntry>> batches(List<FeedEntry> entries) {
		List<List<FeedEntry>> batches = new ArrayList<>();
		List<FeedEntry> batch = new ArrayList<>();
		long bytes = 0;
		for (FeedEntry entry : entries) {
			// a reset is where what is kept begins
			boolean reset = entry.event().equals(FeedEntry.RESET);
			if (!batch.isEmpty() && (reset || bytes >= RECORD_BYTES)) {
				batches.add(batch);
				batch = new ArrayList<>();
				bytes = 0;
			}
			batch.add(entry);
			bytes += entry.data().length();
		}
		if (!batch.isEmpty()) {
			batches.add(batch);
		}
		return batches;
	}

	private Mono<Long> add(UUID runId, List<FeedEntry> batch, long oldest) {
		long last = batch.get(batch.size() - 1).number();
		MapRecord<String, String, String> entry = MapRecord.create(feed(runId), Map.of(BATCH, EntryBatch.write(batch)))
			.withId(RecordId.of(last, 0));
		XAddOptions options = XAddOptions.makeNoStream().minId(RecordId.of(oldest, 0));
		return this.streams.add(entry, options)
			.map((id) -> last)
			.onErrorResume(RedisFeedStore::isAppended, (ex) -> lastNumber(runId));
	}

	private Mono<Long> lastNumber(UUID runId) {
		return this.streams.reverseRange(feed(runId), Range.unbounded(), Limit.limit().count(1))
			.next()
			.map((entry) -> number(entry.getId()));
	}

	private static long number(RecordId id) {
		return Objects.requireNonNull(id.getTimestamp());
	}

	private Mono<Void> announceAppended(UUID runId) {
		Map<String, Long> nodes = this.followers.getOrDefault(runId, Map.of());
		// readers do not depend on it
		return Flux.fromIterable(nodes.keySet())
			.flatMap((node) -> this.redis.convertAndSend(channel(node), APPENDED + " " + runId))
			.onErrorComplete()
			.then();
	}

	@Override
	public Mono<Void> extend(UUID runId, Duration lease) {
		Duration retention = lease.plus(OPEN_RETENTION);
		return this.redis.opsForValue()
			.set(lease(runId), this.node, lease)
			.then(this.redis.expire(feed(runId), retention))
			.then(this.redis.expire(owner(runId), retention))
			.then();
	}

	@Override
	public Mono<Void> close(UUID runId, Duration retention) {
		return this.redis.expire(feed(runId), retention)
			.then(this.redis.expire(owner(runId), retention))
			.then(this.redis.delete(lease(runId)))
			.doOnSuccess((deleted) -> this.followers.remove(runId))
			.then();
	}

	@Override
	public Mono<StoredFeed> find(UUID runId) {
		return this.redis.opsForValue().multiGet(List.of(owner(runId), lease(runId))).flatMap((values) -> {
			String owner = values.get(0);
			return (owner != null) ? Mono.just(new StoredFeed(owner, values.get(1) != null)) : Mono.empty();
		});
	}

	@Override
	public Mono<List<FeedEntry>> read(UUID runId, long after) {
		Range<String> next = Range.rightUnbounded(Range.Bound.inclusive((after + 1) + "-0"));
		return this.streams.range(feed(runId), next, Limit.limit().count(PAGE))
			.concatMapIterable((entry) -> EntryBatch.read(number(entry.getId()), entry.getValue().get(BATCH)))
			.filter((entry) -> entry.number() > after)
			.collectList();
	}

	@Override
	public Flux<UUID> changes(UUID runId) {
		Flux<UUID> announcements = Flux.interval(Duration.ZERO, ANNOUNCEMENT)
			.onBackpressureDrop()
			.concatMap((tick) -> send(runId, FOLLOW + " " + runId + " " + this.node).onErrorReturn(false))
			.ignoreElements()
			.cast(UUID.class)
			.flux();
		return Flux.merge(this.changes.asFlux().filter(runId::equals), announcements);
	}

	// to the node that writes the feed; emits whether it was received
	private Mono<Boolean> send(UUID runId, String message) {
		return this.redis.opsForValue()
			.get(lease(runId))
			.flatMap((node) -> this.redis.convertAndSend(channel(node), message))
			.map((received) -> received > 0)
			.defaultIfEmpty(false);
	}

	@Override
	public boolean isFollowed(UUID runId) {
		Map<String, Long> nodes = this.followers.get(runId);
		if (nodes == null || nodes.isEmpty()) {
			return false;
		}
		long oldest = System.nanoTime() - ANNOUNCEMENT.multipliedBy(3).toNanos();
		nodes.values().removeIf((announced) -> announced - oldest < 0);
		return !nodes.isEmpty();
	}

	@Override
	public Mono<Boolean> cancel(UUID runId) {
		return send(runId, CANCEL + " " + runId);
	}

	@Override
	public Flux<UUID> cancellations() {
		return this.cancellations.asFlux();
	}

	/**
	 * End the subscription to the messages of other nodes.
	 */
	@Override
	public void close() {
		this.messages.dispose();
	}

}
