package dev.llmcallbacks.benchmarks.process;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

import io.netty.util.internal.PlatformDependent;

/**
 * What work can leave behind.
 *
 * @param connections the connections that are open
 * @param threads the live threads
 * @param directMemory the direct memory that is allocated, pools included, in KiB
 * @param heap the heap in use after a collection, in KiB
 * @param runs the runs that have started and not ended
 */
record Traces(int connections, int threads, long directMemory, long heap, long runs) {

	static Traces now(int connections, long runs) {
		System.gc();
		long direct = Math.max(0, PlatformDependent.usedDirectMemory());
		for (BufferPoolMXBean buffers : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
			direct += buffers.getName().equals("direct") ? buffers.getMemoryUsed() : 0;
		}
		return new Traces(connections, ManagementFactory.getThreadMXBean().getThreadCount(), direct / 1024,
				ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024, runs);
	}

}
