/**
 * Tests of what the application does at its start.
 */
@NullMarked
package dev.llmcallbacks.sample.program;

import org.jspecify.annotations.NullMarked;
