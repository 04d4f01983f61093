"""Writes what scipy says of a few samples: scipy-goldens.py FOLDER. The samples are repeatable, so the numbers are too."""
import json
import math
import sys
import warnings
from itertools import permutations
from pathlib import Path

import numpy as np
from scipy import stats

warnings.simplefilter("ignore")
RESAMPLES = 200


def draw(seed, count, mean=0.0, sd=1.0):
    return np.round(np.random.RandomState(seed).normal(mean, sd, count), 6)


def plain(values):
    return [float(value) for value in values]


def pairs(seed, count, shift=0.0):
    a = draw(seed, count, 100, 3)
    b = np.round(a * 0.97 + draw(seed + 1, count, 3 + shift, 1.5), 6)
    return a, b


def whole_pairs():
    """Small whole numbers: ties of differences, and a zero."""
    rng = np.random.RandomState(9)
    return rng.randint(10, 16, 18).astype(float), rng.randint(10, 15, 18).astype(float)


def normal():
    zs = [-37.0, -9.5, -5.2, -3.001, -2.999, -1.96, -0.3, 0.0, 0.7, 2.5, 3.4, 8.0]
    ps = [1e-12, 0.0013, 0.025, 0.2, 0.5, 0.83, 0.975, 0.9999]
    return {
        "below": [{"z": z, "p": float(stats.norm.cdf(z))} for z in zs],
        "quantiles": [{"p": p, "z": float(stats.norm.ppf(p))} for p in ps],
    }


def paired_t():
    cases = []
    for seed, count, shift in [(1, 2, 0), (3, 5, 0), (5, 10, 1), (7, 30, -1), (11, 101, 0)]:
        a, b = pairs(seed, count, shift)
        found = stats.ttest_rel(a, b)
        low, high = found.confidence_interval(0.95)
        cases.append(
            {
                "a": plain(a),
                "b": plain(b),
                "t": float(found.statistic),
                "p": float(found.pvalue),
                "low": float(low),
                "high": float(high),
            }
        )
    return cases


def welch():
    cases = []
    for seed, na, nb, shift in [(2, 2, 2, 0), (4, 6, 10, 1), (6, 10, 10, 0.2), (8, 40, 25, -0.5)]:
        a, b = draw(seed, na, 5, 1), draw(seed + 100, nb, 5 + shift, 2)
        va, vb = a.var(ddof=1) / na, b.var(ddof=1) / nb
        exact = (va + vb) ** 2 / (va**2 / (na - 1) + vb**2 / (nb - 1))
        freedom = math.floor(exact + 1e-9)
        difference, error = b.mean() - a.mean(), math.sqrt(va + vb)
        half = stats.t.ppf(0.975, freedom) * error
        cases.append(
            {
                "a": plain(a),
                "b": plain(b),
                "freedom": freedom,
                "difference": float(difference),
                "low": float(difference - half),
                "high": float(difference + half),
                "p": float(2 * stats.t.sf(abs(difference / error), freedom)),
                "unrounded": float(stats.ttest_ind(a, b, equal_var=False).pvalue),
            }
        )
    return cases


def wilcoxon():
    samples = [(*pairs(21, 6, 0), "exact"), (*pairs(23, 12, 1), "exact"), (*pairs(25, 50, 0.4), "exact")]
    samples += [(*pairs(27, 51, 0), "approx"), (*pairs(29, 120, -0.2), "approx"), (*whole_pairs(), "approx")]
    cases = []
    for a, b, method in samples:
        found = stats.wilcoxon(a, b, zero_method="wilcox", correction=True, method=method)
        cases.append(
            {
                "a": plain(a),
                "b": plain(b),
                "method": "exact" if method == "exact" else "normal",
                "statistic": float(found.statistic),
                "p": float(found.pvalue),
            }
        )
    return cases


def cohen():
    cases = []
    for seed, count, shift in [(31, 4, 0), (33, 10, 2), (35, 25, -1)]:
        a, b = pairs(seed, count, shift)
        # t of equal variances is d over sqrt(1/n + 1/n), and t of pairs is d over sqrt(1/n).
        pooled = stats.ttest_ind(a, b, equal_var=True).statistic * math.sqrt(2 / count)
        paired = stats.ttest_rel(a, b).statistic / math.sqrt(count)
        cases.append({"a": plain(a), "b": plain(b), "pooled": float(pooled), "paired": float(paired)})
    return cases


def correlation():
    cases = []
    for seed, count, slope in [(41, 5, 1), (43, 8, 0.5), (45, 9, 0.3), (47, 40, -0.4)]:
        x = draw(seed, count)
        y = np.round(slope * x + draw(seed + 1, count), 6)
        if count == 40:
            x, y = np.round(x, 1), np.round(y, 1)
        r, p = stats.pearsonr(x, y)
        rank = stats.spearmanr(x, y)
        exact = None
        if count <= 8:
            ranks = stats.rankdata(x), stats.rankdata(y)
            x_rank, y_rank = [(one - one.mean()) / (one.std() * math.sqrt(count)) for one in ranks]
            others = np.abs(np.array(list(permutations(y_rank))) @ x_rank)
            exact = float(np.mean(others >= abs(rank.statistic) - 1e-9))
        cases.append(
            {
                "x": plain(x),
                "y": plain(y),
                "pearson": {"r": float(r), "p": float(p)},
                "spearman": {"r": float(rank.statistic), "p": exact if exact is not None else float(rank.pvalue)},
            }
        )
    return cases


def resample_indexes(seed, count):
    """What scipy's bootstrap draws from this seed, as one batch."""
    return np.random.RandomState(seed).randint(0, count, (RESAMPLES, count))


def bca():
    cases = []
    for seed, count in [(51, 20), (53, 33)]:
        values = np.sort(np.round(np.exp(draw(seed, count, 0, 0.8)), 6))
        found = stats.bootstrap(
            (values,),
            np.mean,
            n_resamples=RESAMPLES,
            batch=RESAMPLES,
            method="BCa",
            confidence_level=0.95,
            random_state=np.random.RandomState(seed),
        )
        indexes = resample_indexes(seed, count)
        assert np.allclose(np.sort(found.bootstrap_distribution), np.sort(values[indexes].mean(axis=1)))
        low, high = found.confidence_interval
        cases.append(
            {"values": plain(values), "indexes": indexes.ravel().tolist(), "low": float(low), "high": float(high)}
        )
    return cases


def studentised():
    cases = []
    for seed, count in [(61, 6), (63, 15)]:
        values = np.sort(draw(seed, count, 10, 2))
        drawn = values[resample_indexes(seed, count)]
        with np.errstate(divide="ignore"):
            distances = (drawn.mean(axis=1) - values.mean()) / (drawn.std(axis=1, ddof=1) / math.sqrt(count))
        error = stats.sem(values)
        low, high = values.mean() - error * np.percentile(distances, [97.5, 2.5])
        cases.append(
            {
                "values": plain(values),
                "indexes": resample_indexes(seed, count).ravel().tolist(),
                "low": float(low),
                "high": float(high),
            }
        )
    return cases


def fit(columns, y):
    design = np.column_stack([np.ones(len(y)), *columns])
    return np.linalg.lstsq(design, y, rcond=None)[0][1:]


def mediation():
    x = np.repeat([0.0, 1.0], 15)
    m = np.round(0.6 * x + draw(71, 30, 0, 0.4), 6)
    y = np.round(5 - 1.2 * m - 0.3 * x + draw(73, 30, 0, 0.5), 6)
    order = np.lexsort((y, m, x))
    x, m, y = x[order], m[order], y[order]
    (a,), (c,) = fit([x], m), fit([x], y)
    direct, b = fit([x, m], y)

    def indirect(xs, ms, ys):
        return fit([xs], ms)[0] * fit([xs, ms], ys)[1]

    found = stats.bootstrap(
        (x, m, y),
        indirect,
        paired=True,
        vectorized=False,
        n_resamples=RESAMPLES,
        batch=RESAMPLES,
        method="BCa",
        random_state=np.random.RandomState(75),
    )
    low, high = found.confidence_interval
    return {
        "x": plain(x),
        "m": plain(m),
        "y": plain(y),
        "indexes": resample_indexes(75, 30).ravel().tolist(),
        "a": float(a),
        "b": float(b),
        "c": float(c),
        "direct": float(direct),
        "indirect": float(a * b),
        "low": float(low),
        "high": float(high),
    }


def scaling():
    cases = []
    for seed, count, exponent in [(81, 3, 1.0), (83, 6, 0.5), (85, 12, 1.3)]:
        sizes = np.round(np.geomspace(2, 400, count), 6)
        costs = np.round(0.8 * sizes**exponent * np.exp(draw(seed, count, 0, 0.1)), 6)
        line = stats.linregress(np.log(sizes), np.log(costs))
        half = stats.t.ppf(0.975, count - 2)
        cases.append(
            {
                "sizes": plain(sizes),
                "costs": plain(costs),
                "exponent": float(line.slope),
                "low": float(line.slope - half * line.stderr),
                "high": float(line.slope + half * line.stderr),
                "factor": float(np.exp(line.intercept)),
                "factorLow": float(np.exp(line.intercept - half * line.intercept_stderr)),
                "rSquared": float(line.rvalue**2),
            }
        )
    return cases


def families():
    """Holm by its definition: the largest of what the smaller ones were multiplied by, each step down."""
    cases = []
    for seed, count, size in [(91, 4, 4), (93, 7, 12), (95, 12, 20)]:
        ps = np.round(np.random.RandomState(seed).beta(0.5, 4, count), 8)
        order = np.argsort(ps)
        holm = np.empty(count)
        holm[order] = np.minimum(1, np.maximum.accumulate(ps[order] * (size - np.arange(count))))
        cases.append(
            {"ps": plain(ps), "size": size, "holm": plain(holm), "bonferroni": plain(np.minimum(1, ps * size))}
        )
    return cases


def wilson():
    cases = []
    for successes, trials in [(0, 5), (5, 5), (7, 10), (83, 100), (9999, 10000)]:
        found = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
        cases.append({"successes": successes, "trials": trials, "low": float(found.low), "high": float(found.high)})
    return cases


def ratios():
    changed = [np.exp(draw(seed, 3, 1.2, 0.3)) for seed in (101, 102, 103, 104)]
    reference = [np.exp(draw(seed, 2, 1.0, 0.3)) for seed in (105, 106, 107, 108)]
    found = np.array([stats.gmean(a) / stats.gmean(b) for a, b in zip(changed, reference)])
    low, high = np.exp(stats.t.interval(0.95, 3, np.log(found).mean(), stats.sem(np.log(found))))
    return {
        "changed": [plain(values) for values in changed],
        "reference": [plain(values) for values in reference],
        "ratios": plain(found),
        "overall": float(stats.gmean(found)),
        "low": float(low),
        "high": float(high),
    }


def pareto():
    points = np.round(np.random.RandomState(111).uniform(0, 1, (40, 2)), 3)
    rate, ms = points.T
    beaten = [(((rate >= r) & (ms <= m)) & ((rate > r) | (ms < m))).any() for r, m in points]
    return {"points": [plain(point) for point in points], "front": np.flatnonzero(~np.array(beaten)).tolist()}


GOLDENS = {
    "families": families,
    "wilson": wilson,
    "ratios": ratios,
    "pareto": pareto,
    "normal": normal,
    "paired-t": paired_t,
    "welch": welch,
    "wilcoxon": wilcoxon,
    "cohen": cohen,
    "correlation": correlation,
    "bca": bca,
    "studentised": studentised,
    "mediation": mediation,
    "scaling": scaling,
}

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for name, compute in GOLDENS.items():
        (folder / f"{name}.json").write_text(json.dumps(compute()) + "\n")
