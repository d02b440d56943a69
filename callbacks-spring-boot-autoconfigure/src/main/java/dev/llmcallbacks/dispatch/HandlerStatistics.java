package dev.llmcallbacks.dispatch;

import java.time.Duration;

/**
 * Statistics of a handler since it was registered.
 *
 * @param name the handler's name
 * @param delivered events that the handler was called for, successfully or not
 * @param failed events for which the handler threw, or took too long
 * @param timedOut events for which the handler took too long
 * @param dropped tokens that were dropped from full lanes, and events that were lost with
 * aborted lanes
 * @param rejected tasks that the handler's executor rejected, each submitted again
 * @param deepestLane the largest number of events of one run that waited at one time
 * @param timeInHandler the sum of the times that the handler took
 */
public record HandlerStatistics(String name, long delivered, long failed, long timedOut, long dropped, long rejected,
		int deepestLane, Duration timeInHandler) {

}
