package dev.llmcallbacks.autoconfigure.actuate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/**
 * Logs where the run view is when the application has started, with the token if one
 * authorizes. The token is in the fragment of the address, which a browser does not send.
 */
final class RunViewAddress implements ApplicationListener<ApplicationReadyEvent> {

	private static final Log logger = LogFactory.getLog(LlmRunsEndpoint.class);

	private final @Nullable String token;

	private final ObjectProvider<PathMappedEndpoints> endpoints;

	private final Environment environment;

	RunViewAddress(@Nullable String token, ObjectProvider<PathMappedEndpoints> endpoints, Environment environment) {
		this.token = token;
		this.endpoints = endpoints;
		this.environment = environment;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		PathMappedEndpoints mapped = this.endpoints.getIfAvailable();
		String path = (mapped != null) ? mapped.getPath(EndpointId.of(LlmRunsEndpoint.ID)) : null;
		if (path != null) {
			logger.info("Run view: " + addressOf(path));
		}
	}

	String addressOf(String path) {
		String port = this.environment.getProperty("local.management.port");
		String serverPort = this.environment.getProperty("local.server.port");
		boolean separate = port != null && !port.equals(serverPort);
		String page = (separate ? managementBase() : serverBase()) + path + "/" + RunViewFile.INDEX
				+ ((this.token != null) ? "#token=" + this.token : "");
		String usedPort = separate ? port : serverPort;
		return (usedPort != null) ? origin(separate ? "management.server" : "server", usedPort) + page : page;
	}

	private String origin(String prefix, String port) {
		boolean secure = this.environment.containsProperty(prefix + ".ssl.bundle")
				|| this.environment.containsProperty(prefix + ".ssl.key-store")
				|| this.environment.containsProperty(prefix + ".ssl.certificate");
		boolean enabled = this.environment.getProperty(prefix + ".ssl.enabled", Boolean.class, true);
		String host = this.environment.getProperty(prefix + ".address", "localhost");
		String name = host.contains(":") ? "[" + host + "]" : host;
		return ((secure && enabled) ? "https://" : "http://") + (name.equals("0.0.0.0") ? "localhost" : name) + ":"
				+ port;
	}

	private String managementBase() {
		return this.environment.getProperty("management.server.base-path", "");
	}

	private String serverBase() {
		String servlet = this.environment.getProperty("spring.mvc.servlet.path", "");
		return this.environment.getProperty("server.servlet.context-path", "")
				+ this.environment.getProperty("spring.webflux.base-path", "") + (servlet.equals("/") ? "" : servlet);
	}

}
