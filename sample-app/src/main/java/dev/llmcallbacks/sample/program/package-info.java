/**
 * The program that runs at the application's start: two handlers, one that may block and
 * one that does not, receive the tokens of a joke, as in the documentation of LangChain's
 * callbacks.
 */
@NullMarked
package dev.llmcallbacks.sample.program;

import org.jspecify.annotations.NullMarked;
