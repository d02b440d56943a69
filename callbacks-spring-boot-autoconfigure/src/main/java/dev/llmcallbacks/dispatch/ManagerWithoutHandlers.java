package dev.llmcallbacks.dispatch;

/**
 * Opens runs where nobody was given a manager. Made when first needed.
 */
final class ManagerWithoutHandlers {

	static final CallbackManager INSTANCE = CallbackManager.builder().build();

	private ManagerWithoutHandlers() {
	}

}
