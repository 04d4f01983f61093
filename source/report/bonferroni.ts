/**
 * p-values times the size of their family, at most 1, in their own order; the size counts what was planned, so also what
 * has no p yet. O. J. Dunn, "Multiple comparisons among means", Journal of the American Statistical Association 56
 * (1961), 52-64.
 */
export const adjustBonferroni = (ps: readonly (number | null)[], size: number): readonly (number | null)[] =>
	ps.map((p) => (p === null ? null : Math.min(1, p * Math.max(size, ps.length))));
