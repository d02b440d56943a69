/**
 * Answers over HTTP, token by token, and two handlers that hear of every run made for it.
 */
@NullMarked
package dev.llmcallbacks.sample.chat;

import org.jspecify.annotations.NullMarked;
