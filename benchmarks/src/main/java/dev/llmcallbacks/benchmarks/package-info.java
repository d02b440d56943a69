/**
 * Measures the parts of the library with JMH, each beside what it is to be compared with.
 * <ul>
 * <li>{@link dev.llmcallbacks.benchmarks.DecodeBenchmark}: from bytes to chunks.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.DispatchBenchmark}: from chunks to
 * handlers.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.ReaderBenchmark}: from bytes to texts, beside
 * Spring's own reader.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.WorkProfiler}: CPU time and hand-overs.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.benchmarks;

import org.jspecify.annotations.NullMarked;
