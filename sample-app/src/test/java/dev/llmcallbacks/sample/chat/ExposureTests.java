package dev.llmcallbacks.sample.chat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what the application, which has no login, lets others do.
 */
@Timeout(60)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "callbacks.openai.api-key=", "callbacks.anthropic.api-key=", "sample.scripted.pace=0ms" })
@AutoConfigureWebTestClient(timeout = "20s")
class ExposureTests {

	@Autowired
	private WebTestClient client;

	@Autowired
	private ServerProperties server;

	@Test
	@DisplayName("S21 the application listens on loopback only")
	void shouldListenOnLoopback() {
		assertThat(this.server.getAddress()).matches((address) -> address.isLoopbackAddress());
	}

	@Test
	@DisplayName("S21 the endpoint neither cancels runs nor switches handlers off")
	void shouldOnlyReadAtTheEndpoint() {
		this.client.post()
			.uri("/actuator/llmcallbacks/usageLog")
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue("{\"enabled\":false}")
			.exchange()
			.expectStatus()
			.isNotFound();
		this.client.get()
			.uri("/actuator/llmcallbacks")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.handlers.usageLog.enabled")
			.isEqualTo(true);
	}

	@ParameterizedTest
	@ValueSource(strings = { "cross-site", "same-site" })
	@DisplayName("S21 a page of another site spends no tokens")
	void shouldRefuseOtherSites(String site) {
		this.client.get().uri("/chat?prompt=hi").header("Sec-Fetch-Site", site).exchange().expectStatus().isForbidden();
	}

	@ParameterizedTest
	@ValueSource(strings = { "same-origin", "none" })
	void shouldAnswerItsOwnPagesAndTheAddressBar(String site) {
		this.client.get().uri("/chat?prompt=hi").header("Sec-Fetch-Site", site).exchange().expectStatus().isOk();
	}

}
