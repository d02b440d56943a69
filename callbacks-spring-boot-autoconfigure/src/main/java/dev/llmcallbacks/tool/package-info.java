/**
 * The application's own code as tools that a model may have called, each call a run.
 * <ul>
 * <li>{@link dev.llmcallbacks.tool.LlmTool}: marks a method as a tool.</li>
 * <li>{@link dev.llmcallbacks.tool.Tool}: one tool, made of a function or a method.</li>
 * <li>{@link dev.llmcallbacks.tool.Tools}: the tools that a model is offered, among them
 * those made of the annotated methods of objects.</li>
 * <li>{@link dev.llmcallbacks.tool.InvalidToolCallException}: a model called a tool in a
 * way that it cannot be called.</li>
 * </ul>
 * JSON Schemas are generated and checked by libraries that an application adds when it
 * uses tools: {@code com.github.victools:jsonschema-generator} with
 * {@code jsonschema-module-jackson}, and {@code com.networknt:json-schema-validator}.
 */
@NullMarked
package dev.llmcallbacks.tool;

import org.jspecify.annotations.NullMarked;
