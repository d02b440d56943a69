package dev.llmcallbacks.dispatch;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Internal to the library: object that opens runs, and may have been given the manager to
 * open them with.
 */
public interface ManagerHolder {

	/**
	 * Return the manager that this object was given.
	 * @return supplies the manager, asked when a run is opened; {@code null} if there is
	 * none
	 */
	@Nullable Supplier<? extends @Nullable CallbackManager> managerSupplier();

	/**
	 * Return an object like this one with a manager for those runs that would have none.
	 * @param manager supplies the manager, asked when a run is opened
	 * @return an object of the same interface; this object if it needs none
	 */
	default Object withDefaultManager(Supplier<? extends @Nullable CallbackManager> manager) {
		return this;
	}

}
