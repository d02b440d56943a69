package dev.llmcallbacks.client;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.callback.LlmCallbackHandler;
import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.CallbackManager;
import dev.llmcallbacks.event.CallbackEvent;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.message.ChatMessage;
import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.message.LlmResult;
import dev.llmcallbacks.message.Media;
import dev.llmcallbacks.message.ToolDefinition;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelDecorator;
import dev.llmcallbacks.tool.ToolDecorator;

/**
 * Client of a {@link ChatModel} that emits events: each call is a run.
 * <p>
 * Immutable, and safe for use by any number of threads. Nothing happens before the
 * publisher that a terminal operation returns is subscribed to; each subscription is a
 * call and a run of its own, and a given run id is used for the first.
 * <p>
 * The model is called when all handlers have finished the first event of the run. What a
 * terminal operation returns ends when all handlers have finished the run's last event:
 * it completes when the model's answer is complete; it fails with a
 * {@link dev.llmcallbacks.model.ChatModelException} when the call failed, with a
 * {@link dev.llmcallbacks.dispatch.CallbackException} when a handler with
 * {@code raiseError} did, and with a {@link dev.llmcallbacks.dispatch.ShutdownException}
 * when the application is stopping. Cancelling closes the exchange with the provider at
 * once. The thread on which items and ends are signalled is never one that handlers are
 * called on.
 */
public interface ChatClient {

	/**
	 * Return a builder.
	 * @param chatModel the model to call
	 * @return the builder
	 */
	static Builder builder(ChatModel chatModel) {
		return new DefaultChatClient.DefaultBuilder(chatModel);
	}

	/**
	 * Begin a prompt without messages.
	 * @return the prompt
	 */
	PromptSpec prompt();

	/**
	 * Begin a prompt with a message of the user.
	 * @param human the message's text
	 * @return the prompt
	 */
	default PromptSpec prompt(String human) {
		return prompt().human(human);
	}

	/**
	 * Begin a prompt with a conversation.
	 * @param messages the messages, oldest first
	 * @return the prompt
	 */
	default PromptSpec prompt(List<ChatMessage> messages) {
		return prompt().messages(messages);
	}

	/**
	 * Call the model for several conversations.
	 * @param batch the conversations
	 * @return the results, one row per conversation in the order given
	 * @see #generate(List, RunOptions)
	 */
	default Mono<LlmResult> generate(List<List<ChatMessage>> batch) {
		return generate(batch, RunOptions.NONE);
	}

	/**
	 * Call the model for several conversations, each a run of its own, a limited number
	 * at the same time. A conversation that fails does not affect the others.
	 * @param batch the conversations
	 * @param options the options of the call's runs; a run id is used for the first
	 * @return the results, one row per conversation in the order given, with the usage
	 * summed. Fails, when all have ended, with the first failure in that order
	 */
	Mono<LlmResult> generate(List<List<ChatMessage>> batch, RunOptions options);

	/**
	 * Return a builder that begins with the settings of this client.
	 * @return the builder
	 */
	Builder mutate();

	/**
	 * Return the decorators of the tools that agents with this client call.
	 * @return the decorators, the first outermost; none by default
	 */
	default List<ToolDecorator> toolDecorators() {
		return List.of();
	}

	/**
	 * Specification of a prompt. Not safe for use by several threads; terminal operations
	 * use what has been set so far.
	 */
	interface PromptSpec {

		/**
		 * Set the instruction to the model, which precedes all messages.
		 * @param text the instruction
		 * @return this prompt
		 */
		PromptSpec system(String text);

		/**
		 * Add a message of the user.
		 * @param text the message's text
		 * @return this prompt
		 */
		PromptSpec human(String text);

		/**
		 * Add images, documents or other files to the message of the user: to the latest
		 * one if it is the last message so far, else to the one that follows with
		 * {@link #human(String)}.
		 * @param media the files. What the protocol of the model cannot carry fails the
		 * call with an {@link dev.llmcallbacks.model.UnsupportedMediaException}, before
		 * anything is sent
		 * @return this prompt
		 */
		PromptSpec media(Media... media);

		/**
		 * Add messages.
		 * @param messages the messages, oldest first
		 * @return this prompt
		 */
		PromptSpec messages(List<? extends ChatMessage> messages);

		/**
		 * Add messages.
		 * @param messages the messages, oldest first
		 * @return this prompt
		 */
		default PromptSpec messages(ChatMessage... messages) {
			return messages(List.of(messages));
		}

		/**
		 * Put options over those set so far.
		 * @param options the options; what they leave open stays as it was
		 * @return this prompt
		 */
		PromptSpec options(ChatOptions options);

		/**
		 * Set the model.
		 * @param model the model's name
		 * @return this prompt
		 */
		default PromptSpec model(String model) {
			return options(ChatOptions.builder().model(model).build());
		}

		/**
		 * Set how many tokens the answer may have at most.
		 * @param maxTokens the limit
		 * @return this prompt
		 */
		default PromptSpec maxTokens(int maxTokens) {
			return options(ChatOptions.builder().maxTokens(maxTokens).build());
		}

		/**
		 * Set the sampling temperature.
		 * @param temperature the temperature
		 * @return this prompt
		 */
		default PromptSpec temperature(double temperature) {
			return options(ChatOptions.builder().temperature(temperature).build());
		}

		/**
		 * Set whether the answer is streamed from the provider. A whole answer fires no
		 * {@code LlmNewToken}.
		 * @param streaming whether to stream
		 * @return this prompt
		 */
		default PromptSpec streaming(boolean streaming) {
			return options(ChatOptions.builder().streaming(streaming).build());
		}

		/**
		 * Add tools that the model may call. The client does not execute them.
		 * @param tools the tools
		 * @return this prompt
		 */
		PromptSpec tools(List<ToolDefinition> tools);

		/**
		 * Add tools that the model may call. The client does not execute them.
		 * @param tools the tools
		 * @return this prompt
		 */
		default PromptSpec tools(ToolDefinition... tools) {
			return tools(List.of(tools));
		}

		/**
		 * Set when this call is tried again, in place of the client's policy.
		 * @param retryPolicy the policy
		 * @return this prompt
		 */
		PromptSpec retryPolicy(RetryPolicy retryPolicy);

		/**
		 * Set how long this call may take, in place of the client's limits.
		 * @param timeLimits the limits
		 * @return this prompt
		 */
		PromptSpec timeLimits(TimeLimits timeLimits);

		/**
		 * Add handlers, on top of the inherited ones.
		 * @param handlers the handlers
		 * @return this prompt
		 */
		PromptSpec callbacks(LlmCallbackHandler... handlers);

		/**
		 * Add tags to the run.
		 * @param tags the tags
		 * @return this prompt
		 */
		PromptSpec tags(String... tags);

		/**
		 * Add metadata to the run.
		 * @param metadata the entries
		 * @return this prompt
		 */
		PromptSpec metadata(Map<String, ?> metadata);

		/**
		 * Add metadata to the run.
		 * @param key the entry's key
		 * @param value the entry's value
		 * @return this prompt
		 */
		default PromptSpec metadata(String key, Object value) {
			return metadata(Map.of(key, value));
		}

		/**
		 * Set the run's name.
		 * @param runName the name
		 * @return this prompt
		 */
		PromptSpec runName(String runName);

		/**
		 * Set the run's id, for the first subscription.
		 * @param runId the id
		 * @return this prompt
		 */
		PromptSpec runId(UUID runId);

		/**
		 * Call the model and stream its response. It is streamed from the provider unless
		 * this prompt has {@code streaming(false)}, in which case it is one chunk.
		 * @return the chunks, with as many read ahead as the connection and the handlers'
		 * buffers hold
		 */
		Flux<ChatChunk> stream();

		/**
		 * Call the model and stream the text of its response: as {@link #stream()}, with
		 * the texts of the first choice alone.
		 * @return the texts, none of them empty
		 */
		Flux<String> content();

		/**
		 * Call the model and emit the events of the call, and of the runs inside it, as
		 * they are requested: as {@link #stream()}, with events in the place of chunks.
		 * @param types the types of events, subtypes included; all types if there are
		 * none
		 * @return the events, in the order and with the guarantees of a reactive handler.
		 * A failure is first the error event, then the error. Cancelling it cancels the
		 * call
		 */
		@SuppressWarnings("unchecked")
		Flux<CallbackEvent> events(Class<? extends CallbackEvent>... types);

		/**
		 * Call the model and wait for its whole response. It is streamed from the
		 * provider, so that handlers receive each token, unless the options have
		 * {@code streaming(false)}.
		 * @return the result: one row, with one run
		 */
		Mono<LlmResult> result();

		/**
		 * Call the model and wait for the text of its whole response: as
		 * {@link #result()}.
		 * @return the text of the first choice, possibly empty
		 */
		Mono<String> text();

		/**
		 * Call the model and read its whole response as a value of a type: as
		 * {@link #result()}, with the response format of the type in place of that of the
		 * options. Handlers receive the tokens and the response as ever. The libraries
		 * that tools need are needed, too.
		 * @param <T> the type of value
		 * @param type a record, a class with fields, an enum or a simple type. Throws an
		 * {@link IllegalArgumentException} if no JSON can be read into it
		 * @return the value. Fails with an {@link dev.llmcallbacks.model.AnswerException}
		 * if the model refuses, its response is cut off or does not fit, and with an
		 * {@link dev.llmcallbacks.model.UnsupportedSchemaException} if the schema of the
		 * type cannot be sent to the provider
		 */
		default <T> Mono<T> entity(Class<T> type) {
			return entity(ParameterizedTypeReference.forType(type));
		}

		/**
		 * Call the model and read its whole response as a value of a generic type, as
		 * {@link #entity(Class)}.
		 * @param <T> the type of value
		 * @param type the type, such as a list of records
		 * @return the value
		 */
		<T> Mono<T> entity(ParameterizedTypeReference<T> type);

	}

	/**
	 * Builds a {@link ChatClient}.
	 */
	interface Builder {

		/**
		 * Set the manager that opens the runs.
		 * @param callbackManager the manager. By default one without handlers
		 * @return this builder
		 */
		Builder callbackManager(CallbackManager callbackManager);

		/**
		 * Put options over those set so far; they hold where a prompt sets nothing.
		 * @param options the options
		 * @return this builder
		 */
		Builder defaultOptions(ChatOptions options);

		/**
		 * Set the instruction to the model for prompts that have none: neither
		 * {@link PromptSpec#system} nor a system message.
		 * @param text the instruction, or {@code null} for none
		 * @return this builder
		 */
		Builder defaultSystem(@Nullable String text);

		/**
		 * Set the tools for prompts that set none. An agent sets its own.
		 * @param tools the tools
		 * @return this builder
		 */
		Builder defaultTools(List<ToolDefinition> tools);

		/**
		 * Set the tools for prompts that set none. An agent sets its own.
		 * @param tools the tools
		 * @return this builder
		 */
		default Builder defaultTools(ToolDefinition... tools) {
			return defaultTools(List.of(tools));
		}

		/**
		 * Limit the media in the messages of a call.
		 * @param mediaLimits the limits; {@link MediaLimits#DEFAULT} by default
		 * @return this builder
		 */
		Builder mediaLimits(MediaLimits mediaLimits);

		/**
		 * Set how many conversations of a batch are processed at the same time.
		 * @param batchConcurrency a positive number; 16 by default
		 * @return this builder
		 */
		Builder batchConcurrency(int batchConcurrency);

		/**
		 * Set when a call that failed is tried again.
		 * @param retryPolicy the policy; {@link RetryPolicy#DEFAULT} by default
		 * @return this builder
		 */
		Builder retryPolicy(RetryPolicy retryPolicy);

		/**
		 * Set how long a call may take.
		 * @param timeLimits the limits; {@link TimeLimits#DEFAULT} by default
		 * @return this builder
		 */
		Builder timeLimits(TimeLimits timeLimits);

		/**
		 * Add decorators of the model. They act inside the run, after its start event,
		 * and around all attempts of a call: what they change is what the provider
		 * receives with each attempt.
		 * @param decorators the decorators, the first outermost, inside those added
		 * before
		 * @return this builder
		 */
		Builder decorators(ChatModelDecorator... decorators);

		/**
		 * Add decorators of the tools that agents with this client call. They act inside
		 * the run of the tool, after its start event.
		 * @param decorators the decorators, the first outermost, inside those added
		 * before
		 * @return this builder
		 */
		Builder toolDecorators(ToolDecorator... decorators);

		/**
		 * Add handlers of every run of the client.
		 * @param handlers the handlers
		 * @return this builder
		 */
		Builder callbacks(LlmCallbackHandler... handlers);

		/**
		 * Add tags to every run of the client.
		 * @param tags the tags
		 * @return this builder
		 */
		Builder tags(String... tags);

		/**
		 * Add metadata to every run of the client.
		 * @param metadata the entries
		 * @return this builder
		 */
		Builder metadata(Map<String, ?> metadata);

		/**
		 * Build the client.
		 * @return the client
		 */
		ChatClient build();

	}

}
