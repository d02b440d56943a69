package dev.llmcallbacks.springai;

import org.springframework.ai.chat.prompt.ChatOptions;

import dev.llmcallbacks.message.Media;

/**
 * What a kind of model understands beyond the options of all models of Spring AI.
 */
interface ModelOptions {

	/**
	 * Set the options that only some models have.
	 * @param options the options of the request
	 * @param builder the builder of Spring AI's options, which begins with those of the
	 * model
	 * @throws dev.llmcallbacks.model.InvalidRequestException if the model does not have
	 * an option
	 */
	void set(dev.llmcallbacks.message.ChatOptions options, ChatOptions.Builder<?> builder);

	/**
	 * Convert a file of the user.
	 * @param media the file
	 * @return the media of Spring AI
	 * @throws dev.llmcallbacks.model.UnsupportedMediaException if the model does not send
	 * it
	 */
	org.springframework.ai.content.Media media(Media media);

}
