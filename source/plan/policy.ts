import {UserError} from '../domain/errors.ts';
import type {Experiment} from '../domain/experiment.ts';
import type {RetryRules, RunPolicy} from '../domain/policy.ts';
import type {SuiteExperiment} from '../domain/suite.ts';
import type {Job} from './compose.ts';
import {adviseKnob, readsKnob} from './knobs.ts';

type Policed = Pick<SuiteExperiment, 'retry' | 'stop_after' | 'breaker'>;

/** `isWatched`: somebody can let the run go on after a brake; without anybody it would wait for ever. */
export function readPolicy(suite: Policed, isWatched: boolean): RunPolicy {
	const {stop_after: stopAfter, breaker} = suite;
	const action = isWatched ? 'pause' : 'drain';
	const brake = {failures: breaker.failures, withinS: breaker.within_s, action} as const;
	const {failures, percent} = stopAfter;
	return {
		retry: readRetryRules(suite),
		...(failures === undefined && percent === undefined
			? {}
			: {
					stopAfter: {
						...(failures === undefined ? {} : {failures}),
						...(percent === undefined ? {} : {percent}),
					},
				}),
		...(breaker.failures === 0 ? {} : {breaker: brake}),
	};
}

/** By the words that failures have. */
function readRetryRules({retry}: Pick<SuiteExperiment, 'retry'>): RetryRules {
	const {ladder, ...rules} = retry;
	const listed = Object.entries(rules)
		.filter(([, {attempts}]) => attempts > 0)
		.map(([kind, {attempts, backoff_s: backoffS}]) => [kind.replaceAll('_', '-'), {attempts, backoffS}] as const);
	const rungs = Object.entries(ladder).map(([key, values]) => [key, values.toSorted((a, b) => b - a)] as const);
	return {
		rules: Object.fromEntries(listed),
		...(rungs.length === 0 ? {} : {ladder: Object.fromEntries(rungs)}),
	};
}

/** What holds for a whole run, so that of several suites one must decide. */
export const listRunRules = ({stop_after, breaker, deadline}: SuiteExperiment) => [stop_after, breaker, deadline];

/** The run says what holds for most; only experiments of a job with other rules carry their own. */
export function createRuleTeller(
	jobs: readonly Job[],
	head: Pick<Job, 'suite'> | undefined = jobs[0],
): (experiment: Experiment) => Experiment {
	const common = JSON.stringify(head && readRetryRules(head.suite.experiment));
	const own = new Map(
		jobs
			.map(({number, suite}) => [number, readRetryRules(suite.experiment)] as const)
			.filter(([, rules]) => JSON.stringify(rules) !== common),
	);
	return (experiment) => {
		const retry = own.get(experiment.job);
		return retry ? {...experiment, retry} : experiment;
	};
}

/** A knob that nothing turns would have an experiment run out of memory again and again. */
export function checkLadder({suite, suiteName}: Pick<Job, 'suite' | 'suiteName'>): void {
	const {retry, workload} = suite.experiment;
	const unread = Object.keys(retry.ladder).find((key) => !readsKnob(workload, key));
	if (unread === undefined) return;
	throw new UserError(
		`${suiteName}: experiment.retry.ladder.${unread} would change nothing, because the workload does not read ${unread}.`,
		{tryThis: [adviseKnob(workload, unread, 'experiment.retry.ladder.batch_size')]},
	);
}
