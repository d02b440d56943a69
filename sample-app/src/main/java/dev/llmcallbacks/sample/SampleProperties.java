package dev.llmcallbacks.sample;

import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the application can be configured with.
 *
 * @param provider the provider that answers when a request names none
 * @param models the model of each provider
 */
@ConfigurationProperties("sample")
public record SampleProperties(String provider, Map<String, String> models) {

}
