package dev.llmcallbacks.springai;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.core.Ordered;
import reactor.core.publisher.Flux;

/**
 * Innermost advisor: makes a run of each call of a client's model, that is of each round
 * of its tools. Thread-safe.
 */
public final class ModelRunAdvisor implements CallAdvisor, StreamAdvisor {

	private final SpringAiRuns runs;

	/**
	 * Create an advisor.
	 * @param runs opens the runs
	 */
	public ModelRunAdvisor(SpringAiRuns runs) {
		this.runs = runs;
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		RoundCalls calls = RoundCalls.of(request.prompt());
		calls.clear();
		ChatClientResponse response = this.runs.call(ResponseFormat.promptOf(request), () -> chain.nextCall(request),
				ChatClientResponse::chatResponse);
		calls.add(response.chatResponse());
		return response;
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		RoundCalls calls = RoundCalls.of(request.prompt());
		return this.runs.stream(request.prompt(), () -> chain.nextStream(request), ChatClientResponse::chatResponse)
			.doOnSubscribe((subscription) -> calls.clear())
			.doOnNext((response) -> calls.add(response.chatResponse()));
	}

	@Override
	public String getName() {
		return "LLM run";
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 1;
	}

}
