package dev.llmcallbacks.benchmarks.process;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.reactivestreams.Publisher;

import dev.llmcallbacks.benchmarks.load.Consumption;

/**
 * A number of streams at once, of answers that come token by token.
 *
 * @param streams how many streams
 * @param tokens how many tokens each answer has
 * @param pause the milliseconds between two tokens
 */
record PacedStreams(int streams, int tokens, long pause) {

	/**
	 * Read one answer with each stream.
	 * @param answer asks for an answer: how long each token was on its way, in
	 * nanoseconds
	 * @param connections counts the connections in use
	 * @return what it took
	 */
	Result run(Supplier<Publisher<Long>> answer, IntSupplier connections) {
		Cost before = Cost.now();
		Running running = begin(answer);
		sleep(this.tokens * this.pause / 2);
		int threads = ManagementFactory.getThreadMXBean().getThreadCount();
		int inUse = connections.getAsInt();
		Ages ages = running.await();
		Cost cost = Cost.now().since(before);
		return new Result(cost.nanos() / 1e9, cost.cpuNanos() / 1e3 / ages.count(), ages, threads, inUse);
	}

	/**
	 * Read one answer with each stream, and look in the midst of it how much of the heap
	 * is live.
	 * @param answer asks for an answer
	 * @return the bytes for each stream that are live then and are not when no stream is
	 */
	long liveHeap(Supplier<Publisher<Long>> answer) {
		long before = usedHeap();
		Running running = begin(answer);
		sleep(this.tokens * this.pause / 2);
		long amid = usedHeap();
		running.await();
		return (amid - before - running.overhead()) / this.streams;
	}

	/**
	 * Begin to read one answer with each stream.
	 * @param answer asks for an answer
	 * @return what goes on
	 */
	Running begin(Supplier<Publisher<Long>> answer) {
		List<Ages> ages = IntStream.range(0, this.streams).mapToObj((stream) -> new Ages(this.tokens)).toList();
		return new Running(ages, ages.stream().map((each) -> Consumption.begin(answer.get(), each::add)).toList(),
				this.tokens);
	}

	private static long usedHeap() {
		System.gc();
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	private static void sleep(long millis) {
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
	}

	/**
	 * Streams that are being read.
	 *
	 * @param ages how long their tokens were on their way
	 * @param consumptions the streams
	 * @param tokens how many tokens each has to have
	 */
	record Running(List<Ages> ages, List<Consumption<Long>> consumptions, int tokens) {

		/**
		 * Wait for the end of all streams.
		 * @return how long all tokens were on their way
		 */
		Ages await() {
			this.consumptions.forEach((consumption) -> {
				long count = consumption.await();
				if (count != this.tokens) {
					throw new IllegalStateException(count + " instead of " + this.tokens + " tokens");
				}
			});
			return Ages.of(this.ages);
		}

		/** Return how many bytes of the heap the ages take. */
		long overhead() {
			return (long) this.ages.size() * this.tokens * Long.BYTES;
		}

	}

	/**
	 * What it took to read.
	 *
	 * @param seconds the time from the first request to the end of the last answer
	 * @param cpuMicros the CPU time of this process for each token, in microseconds
	 * @param ages how long the tokens were on their way
	 * @param threads how many threads there were in the midst of it
	 * @param connections how many connections were in use in the midst of it
	 */
	record Result(double seconds, double cpuMicros, Ages ages, int threads, int connections) {

	}

}
