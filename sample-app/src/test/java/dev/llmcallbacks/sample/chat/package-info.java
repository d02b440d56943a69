/**
 * Tests of what the application does over HTTP.
 */
@NullMarked
package dev.llmcallbacks.sample.chat;

import org.jspecify.annotations.NullMarked;
