package dev.llmcallbacks.autoconfigure.actuate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;

import dev.llmcallbacks.autoconfigure.actuate.LlmRunsDescriptor.Content;

/**
 * Decides to whom contents are shown. Without Spring Security there are no users, and a
 * request with the token is authorized.
 */
final class ContentAccess {

	private static final int TOKEN_BYTES = 18;

	private final Show show;

	private final Set<String> roles;

	private final @Nullable String token;

	/**
	 * Create an access.
	 * @param show when contents are shown
	 * @param roles the roles of which a user must have one; any user when empty
	 * @param users whether there are users
	 */
	ContentAccess(Show show, Set<String> roles, boolean users) {
		this.show = show;
		this.roles = Set.copyOf(roles);
		this.token = (show == Show.WHEN_AUTHORIZED && !users) ? createToken() : null;
	}

	private static String createToken() {
		byte[] bytes = new byte[TOKEN_BYTES];
		new SecureRandom().nextBytes(bytes);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

	/**
	 * Return the token that authorizes.
	 * @return the token, or {@code null} if none does
	 */
	@Nullable String token() {
		return this.token;
	}

	Content contentFor(SecurityContext securityContext, @Nullable String presented) {
		if (this.show == Show.NEVER) {
			return Content.NEVER;
		}
		boolean shown = (this.token != null) ? presented != null && isToken(this.token, presented)
				: this.show.isShown(securityContext, this.roles);
		return shown ? Content.SHOWN : Content.UNAUTHORIZED;
	}

	private static boolean isToken(String token, String presented) {
		return MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8),
				presented.getBytes(StandardCharsets.UTF_8));
	}

}
