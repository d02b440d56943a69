/**
 * The application's code as tools that a model may call, each call a run.
 * <ul>
 * <li>{@link dev.llmcallbacks.tool.LlmTool}: declares a method as a tool.</li>
 * <li>{@link dev.llmcallbacks.tool.Tool}: a tool, made of a function or a method.</li>
 * <li>{@link dev.llmcallbacks.tool.Tools}: the tools that a model is offered, among them
 * the annotated methods of objects.</li>
 * <li>{@link dev.llmcallbacks.tool.ToolEvents}: the events of a tool call, for clients of
 * other libraries.</li>
 * <li>{@link dev.llmcallbacks.tool.InvalidToolCallException}: a model's call of a tool is
 * invalid.</li>
 * <li>{@link dev.llmcallbacks.tool.ToolTimeoutException}: a tool exceeded its time
 * limit.</li>
 * </ul>
 * JSON Schemas are generated and checked by libraries that come with the starter, and
 * that an application without it adds when it uses tools:
 * {@code com.github.victools:jsonschema-generator} with
 * {@code jsonschema-module-jackson}, and {@code com.networknt:json-schema-validator}.
 */
@NullMarked
package dev.llmcallbacks.tool;

import org.jspecify.annotations.NullMarked;
