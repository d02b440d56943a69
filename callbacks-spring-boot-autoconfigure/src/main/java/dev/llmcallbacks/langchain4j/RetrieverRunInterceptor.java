package dev.llmcallbacks.langchain4j;

import java.util.List;

import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.query.Query;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.ClaimedCall;
import dev.llmcallbacks.dispatch.RunSpec;
import dev.llmcallbacks.message.Document;
import dev.llmcallbacks.retriever.RetrieverEvents;
import dev.llmcallbacks.run.RunType;

/**
 * Opens a run for each search of a content retriever. A retriever inside another one is
 * called alone.
 *
 * @param bridge opens the runs
 * @param name the name of the runs
 */
record RetrieverRunInterceptor(Bridge bridge, String name) implements MethodInterceptor {

	// The interface does not say that methods may return null
	@Override
	@SuppressWarnings("NullAway")
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object[] arguments = invocation.getArguments();
		if (!invocation.getMethod().getName().equals("retrieve") || arguments.length != 1
				|| !(arguments[0] instanceof Query query)
				|| ClaimedCall.isClaimed(RunType.RETRIEVER, Context.empty())) {
			return invocation.proceed();
		}
		RunSpec spec = new RunSpec(RunType.RETRIEVER, this.name, RunOptions.NONE);
		return this.bridge.manager()
			.<@Nullable Object>callInPlace(spec,
					new RetrieverEvents<>(query.text(), RetrieverRunInterceptor::documents), ServiceScope.attached(),
					() -> ClaimedCall.<@Nullable Object>call(() -> Proceeding.proceed(invocation)));
	}

	@SuppressWarnings("unchecked")
	private static List<Document> documents(@Nullable Object contents) {
		return LangChain4jRetriever.toDocuments((List<Content>) contents);
	}

}
