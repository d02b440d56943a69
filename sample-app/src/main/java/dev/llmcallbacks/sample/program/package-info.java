/**
 * The program that runs at the application's start: two handlers, one that may block and
 * one that does not, hear how a model tells a joke. Whoever knows LangChain has met it in
 * the documentation of its callbacks.
 */
@NullMarked
package dev.llmcallbacks.sample.program;

import org.jspecify.annotations.NullMarked;
