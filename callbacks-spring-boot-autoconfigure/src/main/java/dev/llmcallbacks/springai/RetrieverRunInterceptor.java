package dev.llmcallbacks.springai;

import java.util.List;
import java.util.Set;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.vectorstore.SearchRequest;
import reactor.util.context.Context;

import dev.llmcallbacks.callback.RunOptions;
import dev.llmcallbacks.dispatch.ClaimedCall;
import dev.llmcallbacks.dispatch.RunEvents;
import dev.llmcallbacks.retriever.RetrieverEvents;
import dev.llmcallbacks.run.RunType;

/**
 * Makes a run of each search, the outermost where one retriever calls another.
 *
 * @param name the name of the runs
 * @param runs opens the runs
 */
record RetrieverRunInterceptor(String name, SpringAiRuns runs) implements MethodInterceptor {

	private static final Set<String> SEARCHES = Set.of("similaritySearch", "retrieve", "apply");

	@Override
	public Object invoke(MethodInvocation invocation) throws Throwable {
		String query = SEARCHES.contains(invocation.getMethod().getName()) ? query(invocation.getArguments()) : null;
		if (query == null || ClaimedCall.isClaimed(RunType.RETRIEVER, Context.empty())) {
			return invocation.proceed();
		}
		RunEvents<List<Document>> events = new RetrieverEvents<>(query,
				(documents) -> documents.stream().map(SpringAiMessages::toDocument).toList());
		return BlockingRun.call(this.runs.manager(Context.empty()),
				this.runs.spec(RunType.RETRIEVER, this.name, RunOptions.NONE), events, Context.empty(),
				() -> ClaimedCall.call(() -> proceed(invocation)));
	}

	private static @Nullable String query(Object[] arguments) {
		if (arguments.length != 1) {
			return null;
		}
		if (arguments[0] instanceof SearchRequest request) {
			return SpringAiMessages.text(request.getQuery());
		}
		return RagQuery.textOf(arguments[0]);
	}

	@SuppressWarnings("unchecked")
	private static List<Document> proceed(MethodInvocation invocation) throws Exception {
		return (List<Document>) ModelRunInterceptor.proceed(invocation);
	}

	/** Query of a document retriever, whose class need not be there. */
	private static final class RagQuery {

		static @Nullable String textOf(Object argument) {
			if (argument instanceof String text) {
				return text;
			}
			return argument.getClass().getName().equals("org.springframework.ai.rag.Query") ? ((Query) argument).text()
					: null;
		}

	}

}
