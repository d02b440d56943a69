package dev.llmcallbacks.dispatch;

import java.time.Duration;

/**
 * Statistics of a handler since it was registered. Times are measured to within a tenth
 * of a millisecond. Calls that go on are included as soon as they have returned.
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
 * @param longest the longest time that the handler took for one event
 * @param runsHeldUp the number of runs that have ended and waited for the handler
 * @param timeHeldUp the sum of the times that these runs waited
 */
public record HandlerStatistics(String name, long delivered, long failed, long timedOut, long dropped, long rejected,
		int deepestLane, Duration timeInHandler, Duration longest, long runsHeldUp, Duration timeHeldUp) {

	/**
	 * Return the mean time that the handler took for one event.
	 * @return the time, zero if there was no event
	 */
	public Duration mean() {
		return (this.delivered > 0) ? this.timeInHandler.dividedBy(this.delivered) : Duration.ZERO;
	}

}
