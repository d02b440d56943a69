package dev.llmcallbacks.langchain4j;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.V;
import dev.langchain4j.service.memory.ChatMemoryAccess;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.ChainEvents;
import dev.llmcallbacks.dispatch.CurrentRun;
import dev.llmcallbacks.dispatch.OpenRun;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.run.RunType;

/**
 * Opens a run for each call of an AI service: until the method returns, or until the
 * stream that it returns has ended.
 *
 * @param bridge opens the runs
 * @param service the AI service
 * @param handler the handler of the service's proxy
 * @param name the name of the service
 */
record ServiceRunHandler(Bridge bridge, Object service, InvocationHandler handler,
		String name) implements InvocationHandler {

	/** The entry of the metadata that has the id of the conversation. */
	private static final String MEMORY_ID = "memoryId";

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (method.isDefault()) {
			return InvocationHandler.invokeDefault(proxy, method, arguments);
		}
		if (method.getDeclaringClass() == Object.class) {
			return method.getName().equals("equals") ? isSame(proxy, arguments) : call(method, arguments);
		}
		if (method.getDeclaringClass() == ChatMemoryAccess.class) {
			return call(method, arguments);
		}
		ServiceScope scope = new ServiceScope();
		RunSpec spec = new RunSpec(RunType.CHAIN, this.name + "." + method.getName(), options(method, arguments));
		ChainEvents<Object> events = new ChainEvents<>(input(method, arguments));
		Callable<@Nullable Object> call = () -> {
			CurrentRun.get().ifPresent((run) -> scope.opened(run.id()));
			return call(method, arguments);
		};
		Class<?> returned = method.getReturnType();
		if (returned == TokenStream.class || returned.isAssignableFrom(Flux.class) && returned != Object.class) {
			return stream(spec, events, scope, call);
		}
		return this.bridge.manager().<@Nullable Object>callInPlace(spec, events, scope.context(), call);
	}

	private static boolean isSame(Object proxy, Object @Nullable [] arguments) {
		return arguments != null && proxy == arguments[0];
	}

	private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Exception {
		try {
			return this.handler.invoke(this.service, method, arguments);
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new UndeclaredThrowableException(ex);
		}
	}

	private @Nullable Object stream(RunSpec spec, ChainEvents<Object> events, ServiceScope scope,
			Callable<@Nullable Object> call) throws Exception {
		OpenRun<Object> run = this.bridge.manager().open(spec, events, scope.context());
		run.awaitStart();
		ServiceRun serviceRun = new ServiceRun(run);
		try {
			return run.wrap(() -> serviceRun.around(call.call())).call();
		}
		catch (Exception ex) {
			throw serviceRun.failed(ex);
		}
		catch (Error ex) {
			throw serviceRun.failed(ex);
		}
	}

	private static RunOptions options(Method method, Object @Nullable [] arguments) {
		Parameter[] parameters = method.getParameters();
		for (int i = 0; arguments != null && i < parameters.length; i++) {
			if (parameters[i].isAnnotationPresent(MemoryId.class) && arguments[i] != null) {
				return RunOptions.builder().metadata(Map.of(MEMORY_ID, arguments[i])).build();
			}
		}
		return RunOptions.NONE;
	}

	// one argument as it is, several by their names
	private static Object input(Method method, Object @Nullable [] arguments) {
		Parameter[] parameters = method.getParameters();
		Map<String, Object> input = new LinkedHashMap<>();
		for (int i = 0; arguments != null && i < parameters.length; i++) {
			if (arguments[i] != null && !parameters[i].isAnnotationPresent(MemoryId.class)) {
				V variable = parameters[i].getAnnotation(V.class);
				input.put((variable != null) ? variable.value() : parameters[i].getName(), arguments[i]);
			}
		}
		return (input.size() == 1) ? input.values().iterator().next() : input;
	}

}
