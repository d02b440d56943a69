package dev.llmcallbacks.wire;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.springframework.util.FileSystemUtils;

/**
 * Server of the Model Context Protocol on the loopback interface, on its streamable HTTP
 * transport. Its tools can be changed while clients are connected.
 */
public final class McpToolServer implements AutoCloseable {

	/** Path of the endpoint. */
	public static final String ENDPOINT = "/mcp";

	/** Tool that adds two numbers. */
	public static final String ADD = "add";

	/** Tool whose result is an error. */
	public static final String BROKEN = "broken";

	private static final Map<String, Object> NUMBERS = Map.of("type", "object", "properties",
			Map.of("a", Map.of("type", "integer"), "b", Map.of("type", "integer")), "required", List.of("a", "b"));

	private final Path folder;

	private final Tomcat tomcat;

	private final McpSyncServer server;

	private McpToolServer(Path folder, Tomcat tomcat, McpSyncServer server) {
		this.folder = folder;
		this.tomcat = tomcat;
		this.server = server;
	}

	/**
	 * Start a server with the tools {@link #ADD} and {@link #BROKEN}.
	 * @return the server
	 */
	public static McpToolServer start() {
		HttpServletStreamableServerTransportProvider transport = HttpServletStreamableServerTransportProvider.builder()
			.mcpEndpoint(ENDPOINT)
			.build();
		McpSyncServer server = McpServer.sync(transport)
			.serverInfo("harbour", "1")
			.capabilities(ServerCapabilities.builder().tools(true).build())
			.build();
		try {
			Path folder = Files.createTempDirectory("mcp");
			McpToolServer started = new McpToolServer(folder, startTomcat(folder, transport), server);
			started.addTool(ADD, "Adds", NUMBERS,
					(arguments) -> result(String.valueOf(number(arguments.get("a")) + number(arguments.get("b"))),
							false));
			started.addTool(BROKEN, "Fails", Map.of("type", "object"),
					(arguments) -> result("The harbour is closed", true));
			return started;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Tomcat startTomcat(Path folder, HttpServletStreamableServerTransportProvider servlet)
			throws Exception {
		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(folder.toString());
		tomcat.setPort(0);
		Context context = tomcat.addContext("", folder.toString());
		Wrapper wrapper = Tomcat.addServlet(context, "mcp", servlet);
		wrapper.setAsyncSupported(true);
		wrapper.addMapping("/*");
		tomcat.getConnector();
		tomcat.start();
		return tomcat;
	}

	private static int number(Object value) {
		return ((Number) value).intValue();
	}

	private static CallToolResult result(String text, boolean error) {
		return CallToolResult.builder().addTextContent(text).isError(error).build();
	}

	/**
	 * Add a tool without parameters. Connected clients are notified.
	 * @param name the name
	 * @param text the text of its results
	 */
	public void addTool(String name, String text) {
		addTool(name, "Says " + text, Map.of("type", "object"), (arguments) -> result(text, false));
	}

	private void addTool(String name, String description, Map<String, Object> schema,
			Function<Map<String, Object>, CallToolResult> call) {
		this.server.addTool(SyncToolSpecification.builder()
			.tool(Tool.builder(name, schema).description(description).build())
			.callHandler((exchange, request) -> call.apply(request.arguments()))
			.build());
	}

	/**
	 * Add tools as an application with Spring AI's server has them.
	 * @param tools the tools
	 */
	public void addTools(List<SyncToolSpecification> tools) {
		tools.forEach(this.server::addTool);
	}

	/**
	 * Remove a tool. Connected clients are notified.
	 * @param name the name
	 */
	public void removeTool(String name) {
		this.server.removeTool(name);
	}

	/**
	 * Notify clients once more: those whose stream of notifications is not yet open do
	 * not receive the first notification.
	 */
	public void notifyClients() {
		this.server.notifyToolsListChanged();
	}

	/**
	 * Return the address of the server, without the path of the endpoint.
	 * @return the address
	 */
	public String url() {
		return "http://localhost:" + this.tomcat.getConnector().getLocalPort();
	}

	@Override
	public void close() {
		try {
			this.server.close();
			this.tomcat.stop();
			this.tomcat.destroy();
			FileSystemUtils.deleteRecursively(this.folder);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
