package dev.llmcallbacks.springai;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;

/**
 * Makes a run of each call of a model that is not made through a client.
 *
 * @param runs opens the runs
 */
record ModelRunInterceptor(SpringAiRuns runs) implements MethodInterceptor {

	@Override
	@SuppressWarnings("unchecked")
	public Object invoke(MethodInvocation invocation) throws Throwable {
		if (invocation.getArguments().length != 1 || !(invocation.getArguments()[0] instanceof Prompt prompt)) {
			return invocation.proceed();
		}
		return switch (invocation.getMethod().getName()) {
			case "call" -> this.runs.call(prompt, () -> (ChatResponse) proceed(invocation), (response) -> response);
			case "stream" -> this.runs.stream(prompt,
					() -> (Flux<ChatResponse>) Unchecked.call(() -> proceed(invocation)), (response) -> response);
			default -> invocation.proceed();
		};
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

}
