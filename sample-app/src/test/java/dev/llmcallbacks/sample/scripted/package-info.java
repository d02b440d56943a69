/**
 * Tests of the scripted provider.
 */
@NullMarked
package dev.llmcallbacks.sample.scripted;

import org.jspecify.annotations.NullMarked;
