/**
 * Tests of the application as a whole.
 */
@NullMarked
package dev.llmcallbacks.sample;

import org.jspecify.annotations.NullMarked;
