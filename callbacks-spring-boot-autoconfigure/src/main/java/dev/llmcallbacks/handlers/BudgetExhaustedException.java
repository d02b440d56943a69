package dev.llmcallbacks.handlers;

import java.math.BigDecimal;

/**
 * Thrown by a {@link TokenCostHandler} when a call of a model is about to begin and its
 * budget is used up. The caller receives it as the cause of a
 * {@link dev.llmcallbacks.dispatch.CallbackException}.
 */
public class BudgetExhaustedException extends RuntimeException {

	private final BigDecimal budget;

	private final BigDecimal spent;

	/**
	 * Create an exception.
	 * @param budget the budget
	 * @param spent what calls have cost so far
	 */
	public BudgetExhaustedException(BigDecimal budget, BigDecimal spent) {
		super("The budget of " + budget.toPlainString() + " is used up: calls of models have cost "
				+ spent.toPlainString());
		this.budget = budget;
		this.spent = spent;
	}

	/**
	 * Return the budget.
	 * @return the budget
	 */
	public BigDecimal getBudget() {
		return this.budget;
	}

	/**
	 * Return what calls have cost so far.
	 * @return the cost
	 */
	public BigDecimal getSpent() {
		return this.spent;
	}

}
