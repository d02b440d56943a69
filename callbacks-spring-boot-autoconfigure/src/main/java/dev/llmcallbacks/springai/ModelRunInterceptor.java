package dev.llmcallbacks.springai;

import java.lang.reflect.Method;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.aop.support.AopUtils;
import reactor.core.publisher.Flux;

/**
 * Makes a run of each call of a model that is not made through a client.
 *
 * @param runs opens the runs
 */
record ModelRunInterceptor(SpringAiRuns runs) implements MethodInterceptor {

	// a model of the application may return null
	@Override
	@SuppressWarnings({ "unchecked", "NullAway" })
	public Object invoke(MethodInvocation invocation) throws Throwable {
		if (invocation.getArguments().length != 1) {
			return invocation.proceed();
		}
		Object argument = invocation.getArguments()[0];
		if (argument instanceof Prompt prompt) {
			return switch (invocation.getMethod().getName()) {
				case "call" -> this.runs.call(prompt, () -> (ChatResponse) proceed(invocation), (response) -> response);
				case "stream" -> this.runs.stream(prompt,
						() -> (Flux<ChatResponse>) Unchecked.call(() -> proceed(invocation)), (response) -> response);
				default -> invocation.proceed();
			};
		}
		if ((argument instanceof String || argument instanceof Message[])
				&& invocation.getThis() instanceof ChatModel model) {
			Method method = AopUtils.getMostSpecificMethod(invocation.getMethod(), model.getClass());
			if (method.isDefault()) {
				return AopUtils.invokeJoinpointUsingReflection(new ObservedModel(model, this.runs), method,
						invocation.getArguments());
			}
		}
		return invocation.proceed();
	}

	static Object proceed(MethodInvocation invocation) throws Exception {
		try {
			return invocation.proceed();
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Model whose default methods, which take texts and messages, lead to runs. Those of
	 * the model itself would call it past the interceptor.
	 *
	 * @param model the model
	 * @param runs opens the runs
	 */
	private record ObservedModel(ChatModel model, SpringAiRuns runs) implements ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			return this.runs.call(prompt, () -> this.model.call(prompt), (response) -> response);
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return this.runs.stream(prompt, () -> this.model.stream(prompt), (response) -> response);
		}

		@Override
		public ChatOptions getOptions() {
			return this.model.getOptions();
		}

	}

}
