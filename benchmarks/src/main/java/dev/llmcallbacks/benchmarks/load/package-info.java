/**
 * What measurements are made with: answers of providers, handlers that count, and ways to
 * read an answer without the library.
 * <ul>
 * <li>{@link dev.llmcallbacks.benchmarks.load.Protocol}: what differs between
 * providers.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.load.Transcript}: the bytes of one streamed
 * answer.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.load.Stamp},
 * {@link dev.llmcallbacks.benchmarks.load.StampedChunk}: tokens that tell when they were
 * sent.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.load.InMemoryHttp}: answers a {@code WebClient}
 * without a network.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.load.Consumption}: takes what a publisher has to
 * give.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.load.TokenCounter},
 * {@link dev.llmcallbacks.benchmarks.load.AsyncTokenCounter}: handlers that count
 * tokens.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.load.CountingExecutor}: counts hand-overs.</li>
 * <li>{@link dev.llmcallbacks.benchmarks.load.BytesReader},
 * {@link dev.llmcallbacks.benchmarks.load.StreamingParserReader},
 * {@link dev.llmcallbacks.benchmarks.load.SpringTreeReader},
 * {@link dev.llmcallbacks.benchmarks.load.StampReader}: what the library is compared
 * with.</li>
 * </ul>
 */
@NullMarked
package dev.llmcallbacks.benchmarks.load;

import org.jspecify.annotations.NullMarked;
