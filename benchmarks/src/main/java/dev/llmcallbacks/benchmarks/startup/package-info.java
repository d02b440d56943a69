/**
 * {@link dev.llmcallbacks.benchmarks.startup.EmptyApplication An application} in a
 * package of its own, in which nothing else can be found.
 */
@NullMarked
package dev.llmcallbacks.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
