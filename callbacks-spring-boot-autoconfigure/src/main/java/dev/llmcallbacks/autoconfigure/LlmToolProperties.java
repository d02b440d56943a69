package dev.llmcallbacks.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for calls of tools.
 */
@ConfigurationProperties("callbacks.tools")
public class LlmToolProperties {

	/**
	 * Maximum size of a tool call's arguments. A call with larger ones is answered with
	 * an error.
	 */
	private DataSize maxArgumentsSize = DataSize.ofKilobytes(64);

	public DataSize getMaxArgumentsSize() {
		return this.maxArgumentsSize;
	}

	public void setMaxArgumentsSize(DataSize maxArgumentsSize) {
		PropertyRange.check(maxArgumentsSize.toBytes(), 1, Integer.MAX_VALUE);
		this.maxArgumentsSize = maxArgumentsSize;
	}

}
