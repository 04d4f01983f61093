import {findRun} from '../effects/find-run.ts';
import type {RunState} from '../journal/state.ts';
import {iterate} from '../journal/vector.ts';
import {quoteForShell} from '../plan/override-text.ts';
import {listStatusLines} from '../report/campaign/campaign-status.ts';
import {checkFlags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {loadRun} from './load-run.ts';
import {listBaseDirs} from './outputs.ts';
import {nameFolder} from './printer.ts';
import {describeStatus} from './run-status.ts';

/** `warpdeck status [RUN]`: whether it goes on, how far it is, what runs now; as text, once. */
export async function run({words, flags}: Invocation): Promise<number> {
	checkFlags('status', flags, ['json']);
	const path = await findRun(listBaseDirs(), words[0]);
	const {state, warnings} = loadRun(path);
	for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
	const status = {run: nameFolder(path), suite: state.opened?.suite ?? null, ...describeStatus(path, state)};
	const active = listActive(state);
	if (flags.json) process.stdout.write(`${JSON.stringify({...status, active}, null, '\t')}\n`);
	else process.stdout.write(formatStatus(status, active));
	return 0;
}

type Status = {readonly run: string; readonly suite: string | null} & ReturnType<typeof describeStatus>;
type Active = {readonly id: string; readonly lane: string; readonly attempt: number; readonly since: number};

const listActive = ({experiments}: RunState): readonly Active[] =>
	[...iterate(experiments)].flatMap(({experiment: {id, lane}, stage}) =>
		stage.kind === 'launching' || stage.kind === 'running'
			? [{id, lane, attempt: stage.attempt, since: stage.since}]
			: [],
	);

function formatStatus(status: Status, active: readonly Active[]): string {
	const {run, suite, life, state, succeeded, failed, running, left, postponed, pid, host, campaign} = status;
	const later = postponed > 0 ? `  postponed ${postponed}` : '';
	return [
		`${run}  ${suite ?? ''}  ${life === 'finished' ? state : life}`,
		`ok ${succeeded}  failed ${failed}  running ${running}  left ${left}${later}`,
		...(campaign ? listStatusLines(campaign) : []),
		...suggestApproval(campaign?.phase ?? null),
		...(pid === null ? [] : [`runner: process ${pid} on ${host}`]),
		...(life === 'finished'
			? []
			: active.map(
					({id, lane, attempt, since}) => `${lane}: ${id}, attempt ${attempt}, ${describeSince(since, life)}`,
				)),
		`  try: ${suggest(run, life)}`,
		'',
	].join('\n');
}

/** Of a run that nobody works on it is not known whether it runs still. */
const describeSince = (since: number, life: Status['life']): string =>
	life === 'live' ? `for ${Math.round((Date.now() - since) / 1000)} s` : `started ${new Date(since).toLocaleString()}`;

type Phase = NonNullable<Status['campaign']>['phase'];

/** What a phase waits for may be a person. */
const suggestApproval = (phase: Phase): readonly string[] =>
	phase !== null && PERSONS.has(phase.state) ? [`  lets it pass: warpdeck approve ${quoteForShell(phase.name)}`] : [];

const PERSONS: ReadonlySet<string> = new Set(['awaits-approval', 'refused', 'pausing']);

function suggest(run: string, life: Status['life']): string {
	const name = quoteForShell(run);
	if (life === 'dead') return `warpdeck resume ${name}   # nobody works on it`;
	return life === 'finished' ? `warpdeck summary ${name}` : `warpdeck attach ${name}`;
}
