package dev.llmcallbacks.provider;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.util.HtmlUtils;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.json.JsonMapper;

import dev.llmcallbacks.message.ChatOptions;
import dev.llmcallbacks.model.ChatModel;
import dev.llmcallbacks.model.ChatModelException;
import dev.llmcallbacks.provider.SocketServer.Response;
import dev.llmcallbacks.provider.anthropic.AnthropicChatModel;
import dev.llmcallbacks.provider.openai.OpenAiChatModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Where secrets come from, and the forms in which they come back.
 */
class SecretFormsTests {

	/** Every character of it is escaped by somebody. */
	private static final String SECRET = "k\"<&'+/=%\\>Zq0123456789";

	private final SecretMasker masker = new SecretMasker(List.of(SECRET));

	@Test
	@DisplayName("S18 G31 a secret is masked URL-encoded, JSON-escaped, with HTML entities, and in other case")
	void shouldMaskEncodedForms() {
		for (String form : List.of(SECRET, UriUtils.encode(SECRET, "UTF-8"),
				UriUtils.encode(SECRET, "UTF-8").toLowerCase(Locale.ROOT), json(SECRET), unicode(SECRET),
				HtmlUtils.htmlEscape(SECRET), HtmlUtils.htmlEscapeDecimal(SECRET), HtmlUtils.htmlEscapeHex(SECRET),
				SECRET.toUpperCase(Locale.ROOT))) {
			assertThat(this.masker.mask("before " + form + " after")).as(form).isEqualTo("before *** after");
		}
	}

	@Test
	@DisplayName("S18 G31 a prefix of twelve characters or more is masked, in every form")
	void shouldMaskPrefixes() {
		for (int length = 12; length <= SECRET.length(); length++) {
			String prefix = SECRET.substring(0, length);
			assertThat(this.masker.mask("(" + prefix + ")")).isEqualTo("(***)");
			assertThat(this.masker.mask("(" + UriUtils.encode(prefix, "UTF-8") + ")")).isEqualTo("(***)");
			assertThat(this.masker.mask("(" + HtmlUtils.htmlEscape(prefix) + ")")).isEqualTo("(***)");
		}
		assertThat(this.masker.mask("a & b, 100%, \\ and &amp;")).isEqualTo("a & b, 100%, \\ and &amp;");
	}

	@Test
	@DisplayName("D12 G31 all values of the query and of configured headers are masked if they are longer than seven characters")
	void shouldFindSecretsOfUrlAndHeaders() {
		SecretMasker masker = SecretMasker.of(
				URI.create("http://us%65r:passw%C3%B6rd@host/v1?plain=0123456789abcdef&v=1&%6Bey=ab%2Fcd&sig=zyxw"),
				Map.of("Whatever", "hidden-value", "Short", "abcdefg", "api-key", "1234"));
		assertThat(masker.mask("0123456789abcdef ab/cd ab%2Fcd zyxw hidden-value 1234 passwörd user:passwörd"))
			.isEqualTo("*** *** *** *** *** *** *** ***");
		assertThat(masker.mask("abcdefg v=1")).isEqualTo("abcdefg v=1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "api-key", "X-Whatever", "Ocp-Apim-Subscription" })
	@DisplayName("D12 G31 a key in the query, in any header, or as the password of the URL does not come back")
	void shouldNotEchoKeysOfUrlAndHeaders(String header) {
		String key = "0123456789abcdef0123456789abcdef";
		String echo = "{\"error\":{\"message\":\"wrong: " + key + " or 0123456789abcdef\",\"code\":\"" + key + "\"}}";
		try (SocketServer server = SocketServer.answering(Response.json(401, echo))) {
			for (ChatModel model : List.of(
					OpenAiChatModel.builder().baseUrl(server.url() + "/v1?x=" + key).defaultOptions(options()).build(),
					OpenAiChatModel.builder()
						.baseUrl(server.url() + "/v1")
						.headers(Map.of(header, key))
						.defaultOptions(options())
						.build(),
					AnthropicChatModel.builder()
						.baseUrl(server.url().replace("//", "//user:" + key + "@"))
						.defaultOptions(options())
						.build())) {
				ChatModelException failure = ProviderFixture.failure(model);
				assertThat(ProviderFixture.stackTrace(failure) + failure.getProviderError())
					.doesNotContain("0123456789ab");
				assertThat(model.toString()).doesNotContain("0123456789ab");
				assertThat(server.requests().get(server.requests().size() - 1).line()).doesNotContain("user");
			}
			assertThat(server.requests().get(2).headers().get("authorization")).startsWith("Basic ");
		}
	}

	@Test
	@DisplayName("S23 a key or header that cannot be sent is said when the model is built, without its value")
	void shouldRefuseWhatCannotBeSent() {
		for (String key : List.of("sk-first\nsecond", "sk\u0000x", "sk\u007Fx", "a\u0085b")) {
			assertThatIllegalArgumentException().isThrownBy(() -> OpenAiChatModel.builder().apiKey(key))
				.withMessageStartingWith("The API key has a line break or another control character")
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("first"));
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> AnthropicChatModel.builder().headers(Map.of("X-Tenant", "a\r\nb")))
			.withMessageContaining("X-Tenant");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> AnthropicChatModel.builder().headers(Map.of("a b\n", "c")))
			.withMessageContaining("a b\\n");
		assertThat(OpenAiChatModel.builder().apiKey("  sk-good\n").webClientBuilder(WebClient.builder()).build())
			.isNotNull();
	}

	private static ChatOptions options() {
		return ChatOptions.builder().model("m").build();
	}

	private static String json(String text) {
		String json = JsonMapper.shared().writeValueAsString(text);
		return json.substring(1, json.length() - 1).replace("/", "\\/");
	}

	private static String unicode(String text) {
		StringBuilder escaped = new StringBuilder();
		text.chars().forEach((next) -> escaped.append("\\u%04X".formatted(next)));
		return escaped.toString();
	}

}
