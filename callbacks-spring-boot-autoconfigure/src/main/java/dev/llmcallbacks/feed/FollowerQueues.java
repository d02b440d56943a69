package dev.llmcallbacks.feed;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Queues of all followers on a node, as many as the parallel scheduler has threads. Safe
 * for use by any number of threads.
 */
final class FollowerQueues {

	private final List<FollowerQueue> queues = Stream.generate(FollowerQueue::new)
		.limit(Schedulers.DEFAULT_POOL_SIZE)
		.toList();

	/** Number of queues that have been given to followers. */
	private final AtomicInteger given = new AtomicInteger();

	/**
	 * Follow a log.
	 * @param log the log
	 * @param after number of the entry before the first one; zero for all
	 * @return the entries. Completes after the last one
	 */
	Flux<LogFollower.Emission> follow(FeedLog log, long after) {
		return log.follow(after, this.queues.get(Math.floorMod(this.given.getAndIncrement(), this.queues.size())));
	}

}
