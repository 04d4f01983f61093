import {type Experiment, isSuccess} from '../domain/experiment.ts';
import type {Json, JsonObject} from '../domain/json.ts';
import {LOST, type RetryRule, type RetryRules} from '../domain/policy.ts';
import type {ExperimentRecord, RunState, Stage} from '../journal/state.ts';
import {getAt, iterate} from '../journal/vector.ts';

/** A failed experiment is tried again, because a rule of its suite says so. */
export type Retry = {
	readonly kind: 'requeue';
	readonly id: string;
	readonly reason: string;
	readonly after: string;
	readonly notBefore?: number;
	readonly params?: JsonObject;
};

type Committed = Extract<Stage, {kind: 'committed'}>;
type Failed = {readonly record: ExperimentRecord; readonly stage: Committed; readonly after: string};

/** Of what ended last, because whatever ended before has been decided about. */
export function findRetries(state: RunState, now: number): readonly Retry[] {
	const rules = state.opened?.policy?.retry;
	if (!rules) return [];
	return listFailed(state).flatMap((failed) => judge(state, failed, failed.record.experiment.retry ?? rules, now));
}

function listFailed(state: RunState): readonly Failed[] {
	return state.ends.flatMap((position) => {
		const record = getAt(state.experiments, position);
		if (record?.stage.kind !== 'committed') return [];
		const after = classify(state, record, record.stage);
		return after === null ? [] : [{record, stage: record.stage, after}];
	});
}

/** What a rule calls the failure; null for a success and for what a person ended. */
function classify(
	state: RunState,
	{experiment}: ExperimentRecord,
	{result, outcome, endedAt}: Committed,
): string | null {
	if (result.failure === null) return null;
	const since = state.lanes.get(experiment.lane)?.quarantined?.since;
	const isGuarded = outcome.kind !== 'stopped' || outcome.by.startsWith('the guard of ');
	if (since !== undefined && since <= endedAt && isGuarded) return LOST;
	return outcome.kind === 'stopped' ? null : result.failure.kind;
}

function judge(state: RunState, {record, after}: Failed, {rules, ladder}: RetryRules, now: number): readonly Retry[] {
	const {experiment, retried} = record;
	const count = retried?.[after] ?? 0;
	if (after === OUT_OF_MEMORY) return lower(state, experiment, ladder ?? {});
	const rule = rules[after];
	if (!rule || count >= rule.attempts) return [];
	const reason = `${after}: further try ${count + 1} of ${rule.attempts}`;
	return [{kind: 'requeue', id: experiment.id, reason, after, ...backOff(rule, count, now)}];
}

const OUT_OF_MEMORY = 'cuda-out-of-memory';

/** The same again would need the same memory again: only something lower can fit. */
function lower(state: RunState, experiment: Experiment, ladder: NonNullable<RetryRules['ladder']>): readonly Retry[] {
	for (const [key, rungs] of Object.entries(ladder)) {
		const value = readKnob(experiment, key);
		const next = typeof value === 'number' ? rungs.find((rung) => rung < value) : undefined;
		if (next === undefined || isDisproved(state, experiment, key)) continue;
		const reason = `${OUT_OF_MEMORY}: ${key} ${next} instead of ${value}`;
		return [{kind: 'requeue', id: experiment.id, reason, after: OUT_OF_MEMORY, params: {[key]: next}}];
	}
	return [];
}

const readKnob = ({params, axes}: Experiment, key: string): Json | undefined => params[key] ?? axes[key];

/** Whether a success of the same workload has read back another value than it was given: there the knob turns nothing. */
function isDisproved({experiments}: RunState, {job}: Experiment, key: string): boolean {
	for (const {experiment, stage} of iterate(experiments)) {
		if (experiment.job !== job || stage.kind !== 'committed' || !isSuccess(stage.result)) continue;
		const got = stage.result.effective[key];
		if (typeof got === 'number' && got !== readKnob(experiment, key)) return true;
	}
	return false;
}

const backOff = ({backoffS}: RetryRule, count: number, now: number): Pick<Retry, 'notBefore'> =>
	backoffS === 0 ? {} : {notBefore: now + backoffS * 1000 * 2 ** count};
