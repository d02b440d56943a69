package dev.llmcallbacks.springai;

import java.lang.reflect.Method;
import java.util.Objects;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.aop.ProxyMethodInvocation;
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
				case "call" -> this.runs.call(sent(prompt, invocation), () -> (ChatResponse) proceed(invocation),
						(response) -> response);
				case "stream" -> this.runs.stream(sent(prompt, invocation),
						() -> (Flux<ChatResponse>) Unchecked.call(() -> proceed(invocation)), (response) -> response);
				default -> invocation.proceed();
			};
		}
		if ((argument instanceof String || argument instanceof Message[])
				&& invocation instanceof ProxyMethodInvocation call && call.getProxy() instanceof ChatModel proxy) {
			Method method = AopUtils.getMostSpecificMethod(call.getMethod(),
					AopUtils.getTargetClass(Objects.requireNonNull(call.getThis())));
			if (method.isDefault()) {
				return AopUtils.invokeJoinpointUsingReflection(new ProxiedModel(proxy), method, call.getArguments());
			}
		}
		return invocation.proceed();
	}

	// a model uses its own options if the prompt has none
	private static Prompt sent(Prompt prompt, MethodInvocation invocation) {
		return (prompt.getOptions() == null && invocation.getThis() instanceof ChatModel model)
				? prompt.mutate().chatOptions(model.getOptions()).build() : prompt;
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
	 * Model whose default methods, which take texts and messages, call the proxy. Those
	 * of the model itself call the model.
	 *
	 * @param proxy the proxy of the model
	 */
	private record ProxiedModel(ChatModel proxy) implements ChatModel {

		@Override
		public ChatResponse call(Prompt prompt) {
			return this.proxy.call(prompt);
		}

		@Override
		public Flux<ChatResponse> stream(Prompt prompt) {
			return this.proxy.stream(prompt);
		}

		@Override
		public ChatOptions getOptions() {
			return this.proxy.getOptions();
		}

	}

}
