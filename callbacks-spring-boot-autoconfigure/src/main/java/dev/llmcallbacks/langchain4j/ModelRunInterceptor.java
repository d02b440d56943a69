package dev.llmcallbacks.langchain4j;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.client.LlmRunEvents;
import dev.llmcallbacks.dispatch.ClaimedCall;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.OpenRun;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.message.ChatChunk;
import dev.llmcallbacks.provider.AnswerAssembler;
import dev.llmcallbacks.run.RunType;

/**
 * Opens a run for each call of a model of LangChain4j: of its {@code chat} methods,
 * streamed or not. A call that is that of the current run, because a client of the
 * library or another model has opened it, is passed on.
 */
final class ModelRunInterceptor implements MethodInterceptor {

	private static final String CHAT = "chat";

	private final Bridge bridge;

	private final String name;

	private final String provider;

	private final Object model;

	private final Messages messages;

	private final Requests requests;

	/**
	 * Create an interceptor.
	 * @param bridge opens the runs
	 * @param model the model, a {@link ChatModel} or a {@link StreamingChatModel}
	 */
	ModelRunInterceptor(Bridge bridge, Object model) {
		this.bridge = bridge;
		this.model = model;
		this.name = RunNames.of(model, "ChatModel");
		this.provider = ProviderNames.of(provider(model));
		this.messages = new Messages(this.provider);
		this.requests = new Requests(this.messages, new Refusals(this.provider, this.name));
	}

	private static @Nullable ModelProvider provider(Object model) {
		return (model instanceof ChatModel whole) ? whole.provider() : ((StreamingChatModel) model).provider();
	}

	// The interface does not say that methods may return null
	@Override
	@SuppressWarnings("NullAway")
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object[] arguments = invocation.getArguments();
		if (!invocation.getMethod().getName().equals(CHAT) || arguments.length == 0
				|| ClaimedCall.isClaimed(RunType.LLM, Context.empty())) {
			return invocation.proceed();
		}
		ChatRequest request = request(arguments[0]);
		if (request == null) {
			return invocation.proceed();
		}
		int last = arguments.length - 1;
		if (arguments[last] instanceof StreamingChatResponseHandler handler) {
			return stream(invocation, request, handler);
		}
		return (invocation.getMethod().getReturnType() == String.class && isInherited(invocation.getMethod()))
				? text((ChatModel) this.model, request) : whole(invocation, request);
	}

	// what the model itself would refuse is left to it
	private static @Nullable ChatRequest request(@Nullable Object argument) {
		if (argument instanceof ChatRequest request) {
			return request;
		}
		if (argument instanceof String text) {
			return ChatRequest.builder().messages(UserMessage.from(text)).build();
		}
		List<?> messages = (argument instanceof ChatMessage[] array) ? Arrays.asList(array)
				: (argument instanceof List<?> list) ? list : List.of();
		return (!messages.isEmpty() && messages.stream().allMatch(ChatMessage.class::isInstance))
				? ChatRequest.builder().messages(messages.stream().map(ChatMessage.class::cast).toList()).build()
				: null;
	}

	private boolean isInherited(Method method) {
		return AopUtils.getMostSpecificMethod(method, this.model.getClass()).getDeclaringClass() == ChatModel.class;
	}

	// the method would return the text alone
	private @Nullable String text(ChatModel model, ChatRequest request) {
		Object response = whole(request, model.defaultRequestParameters(), () -> model.chat(request));
		return (response != null) ? ((ChatResponse) response).aiMessage().text() : null;
	}

	private @Nullable Object whole(MethodInvocation invocation, ChatRequest request) {
		ChatRequestParameters defaults = (this.model instanceof ChatModel whole) ? whole.defaultRequestParameters()
				: null;
		return whole(request, defaults, () -> Proceeding.proceed(invocation));
	}

	private @Nullable Object whole(ChatRequest request, @Nullable ChatRequestParameters defaults,
			Callable<@Nullable Object> call) {
		dev.llmcallbacks.message.ChatRequest converted = this.requests.toRequest(request, defaults);
		LlmRunEvents<dev.llmcallbacks.message.ChatResponse> events = LlmRunEvents.whole(converted, this.provider);
		return this.bridge.manager()
			.<@Nullable Object>callInPlace(spec(converted), events.mapped(this::toResponse), ServiceScope.attached(),
					() -> {
						events.calling(converted);
						return ClaimedCall.<@Nullable Object>call(call);
					});
	}

	private dev.llmcallbacks.message.ChatResponse toResponse(Object result) {
		AnswerAssembler assembler = new AnswerAssembler();
		if (result instanceof ChatResponse response) {
			new ResponseChunks(this.messages).complete(response).forEach(assembler::add);
		}
		else {
			assembler.add(ChatChunk.text(result.toString()));
		}
		return assembler.toResponse();
	}

	private RunSpec spec(dev.llmcallbacks.message.ChatRequest request) {
		return this.bridge
			.ofModel(new RunSpec(RunType.LLM, this.name, request.options().model(), Set.of(), RunOptions.NONE)
				.withProvider(new dev.llmcallbacks.model.ModelProvider(this.provider, null, null)));
	}

	private @Nullable Object stream(MethodInvocation invocation, ChatRequest request,
			StreamingChatResponseHandler handler) throws Exception {
		ChatRequestParameters defaults = (this.model instanceof StreamingChatModel streaming)
				? streaming.defaultRequestParameters() : null;
		dev.llmcallbacks.message.ChatRequest converted = this.requests.toRequest(request, defaults);
		LlmRunEvents<ChatChunk> events = LlmRunEvents.streamed(converted, this.provider);
		OpenRun<ChatChunk> run;
		try {
			run = this.bridge.manager().open(spec(converted), events, ServiceScope.attached());
			run.awaitStart();
		}
		catch (RuntimeException ex) {
			handler.onError(ex);
			return null;
		}
		RunStreamHandler observing = new RunStreamHandler(run, events, handler, new ResponseChunks(this.messages),
				CurrentRun.inPlace());
		MethodInvocation call = withHandler(invocation, observing);
		events.calling(converted);
		try {
			return run.wrap(() -> ClaimedCall.<@Nullable Object>call(() -> Proceeding.proceed(call))).call();
		}
		catch (Throwable ex) {
			observing.fail(ex);
			throw ex;
		}
	}

	private static MethodInvocation withHandler(MethodInvocation invocation, StreamingChatResponseHandler handler) {
		Object[] arguments = invocation.getArguments().clone();
		arguments[arguments.length - 1] = handler;
		return ((ProxyMethodInvocation) invocation).invocableClone(arguments);
	}

}
