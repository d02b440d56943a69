package dev.llmcallbacks.autoconfigure;

import java.util.List;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.client.ChatClient;
import dev.llmcallbacks.handlers.CallbackEventSse;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.test.ScriptedAnswer;
import dev.llmcallbacks.test.ScriptedChatModel;

/**
 * Web application in a process of its own whose answers do not end. Prints its port. Its
 * arguments are the kind of server, and properties.
 */
public final class TerminatedApplication {

	/** Precedes the port. */
	static final String PORT = "port ";

	private TerminatedApplication() {
	}

	public static void main(String[] arguments) {
		WebApplicationType type = WebApplicationType.valueOf(arguments[0]);
		String otherServer = (type == WebApplicationType.REACTIVE) ? "org.apache.catalina" : "reactor.netty";
		SpringApplication application = new SpringApplicationBuilder(Application.class).web(type).build();
		application.setResourceLoader(
				new DefaultResourceLoader(new FilteredClassLoader("org.springframework.security", otherServer)));
		String[] properties = List.of(arguments).subList(1, arguments.length).toArray(String[]::new);
		System.out.println(PORT + application.run(properties).getEnvironment().getProperty("local.server.port"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ChatModel model() {
			return new ScriptedChatModel(ScriptedAnswer.tokens("endless").then(ScriptedAnswer.silence()));
		}

		@Bean
		Answers answers(ChatClient client) {
			return new Answers(client);
		}

	}

	@RestController
	static class Answers {

		private final ChatClient client;

		Answers(ChatClient client) {
			this.client = client;
		}

		@GetMapping(path = "/answer", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<ServerSentEvent<String>> answer() {
			return this.client.prompt("Hi")
				.runName("endless")
				.events()
				.map(CallbackEventSse::from)
				.onErrorResume((ex) -> Flux.just(ServerSentEvent.builder("{}").event("failed").build()));
		}

	}

}
