import type {ExperimentResult, Outcome} from '../domain/experiment.ts';
import type {JsonObject} from '../domain/json.ts';
import type {FactEvent} from './event.ts';

/** One try at an experiment, as its facts tell it; times in epoch ms. */
export type AttemptView = {
	readonly attempt: number;
	readonly argv: readonly string[];
	readonly env: {readonly [name: string]: string};
	/** What the worker was asked that `argv` starts; null in a process of its own. */
	readonly request: JsonObject | null;
	readonly launchedAt: number;
	/** null when no process was made, or nobody was left to write it down. */
	readonly startedAt: number | null;
	readonly pid: number | null;
	readonly endedAt: number | null;
	readonly outcome: Outcome | null;
	readonly result: ExperimentResult | null;
	/** Why there is an attempt after it, and who had it; null for the latest. Nobody knows where `by` is null. */
	readonly repeated: {readonly at: number; readonly why: string; readonly by: 'resume' | (string & {}) | null} | null;
};

type Requeued = Extract<FactEvent, {type: 'requeued'}>;

/** Facts of one experiment, with the `resumed` ones between them, in order. */
export function listAttempts(facts: readonly FactEvent[]): readonly AttemptView[] {
	const attempts: AttemptView[] = [];
	let resumedAt: number | null = null;
	let requeued: Requeued | null = null;
	for (const fact of facts) {
		const latest = attempts.at(-1);
		if (fact.type === 'resumed') resumedAt = fact.at;
		if (fact.type === 'requeued') requeued = fact;
		// Of an imported one nothing but its result is told.
		if (fact.type === 'committed' && !latest) attempts.push(showImported(fact));
		else if (fact.type === 'launching') {
			if (latest)
				attempts[attempts.length - 1] = {...latest, repeated: explainRepeat(latest, resumedAt, requeued, fact.at)};
			attempts.push(beginAttempt(fact));
			resumedAt = null;
			requeued = null;
		} else if (latest) attempts[attempts.length - 1] = extendAttempt(latest, fact);
	}
	return attempts;
}

const beginAttempt = ({attempt, argv, env, worker, at}: Extract<FactEvent, {type: 'launching'}>): AttemptView => ({
	attempt,
	argv,
	env,
	request: worker?.request ?? null,
	launchedAt: at,
	startedAt: null,
	pid: null,
	endedAt: null,
	outcome: null,
	result: null,
	repeated: null,
});

const showImported = (fact: Extract<FactEvent, {type: 'committed'}>): AttemptView => ({
	...beginAttempt({...fact, type: 'launching', argv: [], env: {}}),
	outcome: {kind: 'imported'},
	result: fact.result,
});

function extendAttempt(known: AttemptView, fact: FactEvent): AttemptView {
	switch (fact.type) {
		case 'started':
			return {...known, startedAt: fact.at, pid: fact.pid};
		case 'ended':
			return {...known, endedAt: fact.at, outcome: fact.outcome};
		case 'committed':
			return {...known, result: fact.result};
		default:
			return known;
	}
}

/** A resume runs again what is no committed success; else somebody or a rule had it wait again. */
function explainRepeat(
	{result}: AttemptView,
	resumedAt: number | null,
	requeued: Requeued | null,
	nextAt: number,
): NonNullable<AttemptView['repeated']> {
	if (requeued) return {at: requeued.at, why: requeued.reason, by: requeued.by};
	if (resumedAt !== null) return {at: resumedAt, why: result ? describe(result) : 'its runner was gone', by: 'resume'};
	return {at: nextAt, why: result?.status === 'failed' ? 'it failed' : 'unknown', by: null};
}

const describe = (result: ExperimentResult): string => (result.status === 'invalid' ? 'it was invalid' : 'it failed');
