/**
 * Tests of the picture and of the record that describes it.
 */
@NullMarked
package dev.llmcallbacks.sample.picture;

import org.jspecify.annotations.NullMarked;
