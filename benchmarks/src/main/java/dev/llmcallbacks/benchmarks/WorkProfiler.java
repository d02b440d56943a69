package dev.llmcallbacks.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;

import com.sun.management.OperatingSystemMXBean;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

import dev.llmcallbacks.benchmarks.load.CountingExecutor;

/**
 * Tells what an operation costs the whole process, whatever thread pays for it and
 * whatever else the machine does: the CPU time, and how many tasks were handed to the
 * executor of the handlers for each thousand operations.
 */
public final class WorkProfiler implements InternalProfiler {

	private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

	private long cpuBefore;

	private long tasksBefore;

	@Override
	public String getDescription() {
		return "CPU time and hand-overs to the handlers' executor";
	}

	@Override
	public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
		this.tasksBefore = CountingExecutor.tasks();
		this.cpuBefore = this.system.getProcessCpuTime();
	}

	@Override
	public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration,
			IterationResult result) {
		double cpu = this.system.getProcessCpuTime() - this.cpuBefore;
		double tasks = CountingExecutor.tasks() - this.tasksBefore;
		long operations = Math.max(1, result.getMetadata().getAllOps());
		return List.of(new LeastResult("cpu", cpu / operations, "ns/op"),
				new ScalarResult("handOvers", 1000 * tasks / operations, "/1000op", AggregationPolicy.AVG));
	}

}
