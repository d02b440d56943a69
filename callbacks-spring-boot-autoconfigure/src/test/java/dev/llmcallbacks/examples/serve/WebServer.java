package dev.llmcallbacks.examples.serve;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.util.FileSystemUtils;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.reactive.config.EnableWebFlux;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.AsyncSupportConfigurer;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * Web server on the loopback interface that serves controllers: Reactor Netty with Spring
 * WebFlux, or Tomcat with Spring MVC, with platform or virtual threads.
 */
final class WebServer implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final int port;

	private final Stop stop;

	private WebServer(int port, Stop stop) {
		this.port = port;
		this.stop = stop;
	}

	/**
	 * Kind of server.
	 */
	enum Kind {

		NETTY, TOMCAT, TOMCAT_VIRTUAL_THREADS;

		boolean isSupported() {
			return this != TOMCAT_VIRTUAL_THREADS || Runtime.version().feature() >= 21;
		}

	}

	static WebServer start(Kind kind, List<Object> controllers) throws Exception {
		return (kind == Kind.NETTY) ? netty(controllers) : tomcat(kind, controllers);
	}

	private static WebServer netty(List<Object> controllers) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		register(context, controllers);
		context.register(WebFlux.class);
		context.refresh();
		DisposableServer server = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.handle(new ReactorHttpHandlerAdapter(WebHttpHandlerBuilder.applicationContext(context).build()))
			.bindNow(TIMEOUT);
		return new WebServer(server.port(), () -> {
			server.disposeNow(TIMEOUT);
			context.close();
		});
	}

	private static WebServer tomcat(Kind kind, List<Object> controllers) throws Exception {
		boolean virtual = kind == Kind.TOMCAT_VIRTUAL_THREADS;
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("mvc-");
		executor.setVirtualThreads(virtual);
		AnnotationConfigWebApplicationContext web = new AnnotationConfigWebApplicationContext();
		web.register(Mvc.class);
		GenericApplicationContext parent = new GenericApplicationContext();
		parent.registerBean(SimpleAsyncTaskExecutor.class, () -> executor);
		parent.refresh();
		web.setParent(parent);
		web.addBeanFactoryPostProcessor((beans) -> controllers
			.forEach((controller) -> beans.registerSingleton(controller.getClass().getName(), controller)));
		Path folder = Files.createTempDirectory("tomcat");
		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(folder.toString());
		Connector connector = new Connector();
		connector.setPort(0);
		connector.setProperty("address", "127.0.0.1");
		if (virtual) {
			connector.getProtocolHandler()
				.setExecutor((Executor) Class.forName("org.apache.tomcat.util.threads.VirtualThreadExecutor")
					.getConstructor(String.class)
					.newInstance("tomcat-"));
		}
		tomcat.setConnector(connector);
		Context context = tomcat.addContext("", folder.toString());
		Tomcat.addServlet(context, "dispatcher", new DispatcherServlet(web)).setAsyncSupported(true);
		context.addServletMappingDecoded("/", "dispatcher");
		tomcat.start();
		return new WebServer(connector.getLocalPort(), () -> {
			tomcat.stop();
			tomcat.destroy();
			web.close();
			parent.close();
			FileSystemUtils.deleteRecursively(folder);
		});
	}

	private static void register(GenericApplicationContext context, List<Object> controllers) {
		controllers.forEach((controller) -> context.getBeanFactory()
			.registerSingleton(controller.getClass().getName(), controller));
	}

	int port() {
		return this.port;
	}

	String url() {
		return "http://127.0.0.1:" + this.port;
	}

	@Override
	public void close() throws Exception {
		this.stop.run();
	}

	private interface Stop {

		void run() throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebFlux
	static class WebFlux {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebMvc
	static class Mvc implements WebMvcConfigurer {

		private final SimpleAsyncTaskExecutor executor;

		Mvc(SimpleAsyncTaskExecutor executor) {
			this.executor = executor;
		}

		// as Spring Boot does
		@Override
		public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
			builder.withStringConverter(new StringHttpMessageConverter(StandardCharsets.UTF_8));
		}

		@Override
		public void configureAsyncSupport(AsyncSupportConfigurer configurer) {
			configurer.setTaskExecutor(this.executor);
		}

	}

}
