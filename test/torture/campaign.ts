import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {readFacts} from '../../source/effects/run-folder.ts';
import type {FactEvent} from '../../source/journal/event.ts';
import {reduce} from '../../source/journal/reduce.ts';
import {initialState, type RunState} from '../../source/journal/state.ts';
import {iterate} from '../../source/journal/vector.ts';
import {countCommitted, readJson, readWholeJournal} from '../rig/run-files.ts';
import {buildRack, countExecutions, findRun, type Kill, listAlive, playRound, type Rack, readText} from './victim.ts';

export const EXPERIMENTS = 48;

/** What one run went through from its start to its end. */
export type Campaign = {
	readonly kills: readonly Kill[];
	/** Processes that outlived a runner, over all its deaths. */
	readonly orphans: number;
	/** In words; none for a run that kept what was promised. */
	readonly faults: readonly string[];
};

type Known = {
	/** Executions of each experiment at the time when its success was first found in the journal. */
	readonly executedAtSuccess: Map<string, number>;
};

const LEAVING_MS = 5000;
const LOG_LINES = 30;

type Deaths = {
	/** Null when the run may come to its end. */
	readonly nextKill: () => Kill | null;
	readonly onKilled: () => void;
};

/** One run of 48 experiments, killed as often as `nextKill` says and gone on with until it is done. */
export async function campaign({nextKill, onKilled}: Deaths): Promise<Campaign> {
	const rack = buildRack();
	const known: Known = {executedAtSuccess: new Map()};
	const kills: Kill[] = [];
	let orphans = 0;
	try {
		for (;;) {
			const kill = nextKill();
			const ended = await playRound(rack, kill);
			if (!ended.wasKilled || !kill) {
				const refusal = `ended with ${ended.code}: ${ended.stderr.trim()}`;
				const faults = ended.code === 0 ? await judge(rack, known) : [refusal];
				return {kills, orphans, faults: faults.map(addHistory(rack, kills))};
			}
			kills.push(kill);
			onKilled();
			orphans += listAlive(rack).length;
			noteSuccesses(rack, known);
		}
	} finally {
		for (const pid of listAlive(rack)) process.kill(pid, 'SIGKILL');
		rack.place.remove();
	}
}

/** Without what came before it a fault cannot be understood. */
const addHistory =
	(rack: Rack, kills: readonly Kill[]) =>
	(fault: string): string => {
		const log = readText(join(findRun(rack) ?? '', 'experiment.log'))
			.split('\n')
			.slice(-LOG_LINES);
		return [fault, `killed: ${JSON.stringify(kills)}`, ...log].join('\n');
	};

/** A committed success is over, so whatever is executed of it later is a repetition that must not be. */
function noteSuccesses(rack: Rack, {executedAtSuccess}: Known): void {
	const run = findRun(rack);
	if (!run) return;
	const executions = countExecutions(rack);
	for (const fact of readFacts(run).state) {
		if (!isSuccess(fact) || executedAtSuccess.has(fact.id)) continue;
		executedAtSuccess.set(fact.id, executions.get(fact.id) ?? 0);
	}
}

type Committed = Extract<FactEvent, {readonly type: 'committed'}>;

const isSuccess = (fact: FactEvent): fact is Committed =>
	fact.type === 'committed' && fact.result.status === 'succeeded';

async function judge(rack: Rack, known: Known): Promise<readonly string[]> {
	const run = findRun(rack);
	if (!run) return ['the run was lost'];
	noteSuccesses(rack, known);
	const facts = readWholeJournal(run);
	const state = facts.reduce(reduce, initialState);
	return [
		...judgeState(state),
		...judgeSuccesses(facts),
		...judgeExecutions(facts, rack, known),
		...judgeFiles(run),
		...(await judgeRemains(rack, run)),
	];
}

const judgeState = ({counts, anomalyCount}: RunState): readonly string[] => [
	...(counts.succeeded === EXPERIMENTS ? [] : [`${counts.succeeded} of ${EXPERIMENTS} succeeded`]),
	...(anomalyCount === 0 ? [] : [`${anomalyCount} facts were impossible`]),
];

function judgeSuccesses(facts: readonly FactEvent[]): readonly string[] {
	const counts = countBy(facts.filter(isSuccess).map(({id}) => id));
	return [...iterate(facts.reduce(reduce, initialState).experiments)]
		.map(({experiment}) => experiment.id)
		.filter((id) => counts.get(id) !== 1)
		.map((id) => `${id} has ${counts.get(id) ?? 0} committed results`);
}

function judgeExecutions(facts: readonly FactEvent[], rack: Rack, {executedAtSuccess}: Known): readonly string[] {
	const launches = countBy(facts.flatMap((fact) => (fact.type === 'launching' ? [fact.id] : [])));
	const executions = countExecutions(rack);
	return [...executedAtSuccess].flatMap(([id, before]) => {
		const [times = 0, allowed = 0] = [executions.get(id), launches.get(id)];
		const faults: string[] = [];
		if (before === 0) faults.push(`${id} has a result and was never executed`);
		if (times > before) faults.push(`${id} was executed after its success`);
		if (times > allowed) faults.push(`${id} was executed ${times} times with ${allowed} intentions`);
		return faults;
	});
}

function judgeFiles(run: string): readonly string[] {
	const names = readdirSync(join(run, 'results'));
	const whole = names.filter((name) => name.endsWith('.json'));
	const records = readJson<readonly {readonly success: boolean}[]>(run, 'results.json');
	return [
		...(whole.length === EXPERIMENTS ? [] : [`${whole.length} files of results`]),
		...(records.filter(({success}) => success).length === EXPERIMENTS ? [] : ['results.json lacks successes']),
		...(countCommitted(run) < EXPERIMENTS ? ['results were lost'] : []),
	];
}

/** Nothing may outlive the run; those that a runner's end takes with it have a moment to go. */
async function judgeRemains(rack: Rack, run: string): Promise<readonly string[]> {
	const deadline = performance.now() + LEAVING_MS;
	while (listAlive(rack).length > 0 && performance.now() < deadline) await delay(20);
	const alive = listAlive(rack).map((pid) => `${pid} lives: ${readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`);
	const leases = readdirSync(rack.leases)
		.filter((name) => name.endsWith('.lease'))
		.map((name) => `the lease ${name} is left`);
	const locks = readdirSync(run).filter((name) => name === 'run.lock' || name.endsWith('.breaking'));
	return [...alive, ...leases, ...locks.map((name) => `${name} is left`)];
}

function countBy(ids: readonly string[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
	return counts;
}
