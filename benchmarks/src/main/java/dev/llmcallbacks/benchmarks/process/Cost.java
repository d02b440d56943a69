package dev.llmcallbacks.benchmarks.process;

import java.lang.management.ManagementFactory;
import java.util.Arrays;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

/**
 * What this process has used.
 *
 * @param nanos the time that has passed, in nanoseconds
 * @param cpuNanos the CPU time of all threads, in nanoseconds
 * @param allocated how many bytes the threads that are alive have allocated
 */
record Cost(long nanos, long cpuNanos, long allocated) {

	private static final OperatingSystemMXBean system = ManagementFactory
		.getPlatformMXBean(OperatingSystemMXBean.class);

	private static final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

	/**
	 * Return what has been used since some fixed time.
	 */
	static Cost now() {
		long[] allocated = threads.getThreadAllocatedBytes(threads.getAllThreadIds());
		return new Cost(System.nanoTime(), system.getProcessCpuTime(),
				Arrays.stream(allocated).filter((bytes) -> bytes > 0).sum());
	}

	Cost since(Cost earlier) {
		return new Cost(this.nanos - earlier.nanos, this.cpuNanos - earlier.cpuNanos,
				this.allocated - earlier.allocated);
	}

}
