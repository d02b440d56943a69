package dev.llmcallbacks.sample.picture;

import java.io.IOException;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;
import org.springframework.util.MimeTypeUtils;
import reactor.core.publisher.Mono;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.message.Media;

/**
 * Has the model describe the picture of a lighthouse.
 */
@Component
@RegisterReflectionForBinding(View.class)
@ImportRuntimeHints(PictureRuntimeHints.class)
class PictureViewer {

	private final ChatClient chatClient;

	private final Media picture;

	PictureViewer(ChatClient chatClient, @Value("classpath:" + PictureRuntimeHints.PICTURE) Resource picture)
			throws IOException {
		this.chatClient = chatClient;
		this.picture = Media.of(MimeTypeUtils.IMAGE_PNG_VALUE, picture.getContentAsByteArray()).named("lighthouse.png");
	}

	Mono<View> describe() {
		return this.chatClient.prompt("Describe this picture").media(this.picture).entity(View.class);
	}

}
