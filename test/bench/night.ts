import {appendFileSync, writeFileSync} from 'node:fs';
import {stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {findRun} from '../../source/effects/find-run.ts';
import {openJournalFile} from '../../source/effects/journal-file.ts';
import {readFacts} from '../../source/effects/run-folder.ts';
import type {Fact, FactEvent} from '../../source/journal/event.ts';
import {encodeFact} from '../../source/journal/format.ts';
import {type Bench, type Figures, formatMiB, formatRatio, formatSeconds, median} from './figures.ts';
import {writeLongNight} from './long-night.ts';
import {bundle, runProgram} from './run-program.ts';
import {startOnTerminal} from './start.ts';

const FACTS = 100_000;
const HOURS = 10;
const TIMES = 3;
/** What a start allows, 1.5 s, where reading and parsing the journal alone takes 0.3 s. */
const PARSES_ALLOWED = 5;
/** Who has never looked is first told what happened. */
const FIRST_FRAME = /GPU 7|Any key goes on/;
const EXPERIMENTS = 10_000;
const LEFT = 50;
const PATIENCES_S = [20, 90, 300] as const;
const SYNC_MS = 2000;
const LANES = 8;

/** What grows with a night: how long somebody waits for the screen, what a runner keeps, and what writing down costs. */
export async function benchNight(bench: Bench): Promise<Figures> {
	const run = writeLongNight(join(bench.folder, 'outputs'), {facts: FACTS, hours: HOURS, endsAt: Date.now()});
	const measure = async (name: string): Promise<string> => formatMiB((await stat(join(run, name))).size / 1024);
	const [journal, telemetry] = [await measure('journal.jsonl'), await measure('telemetry.jsonl')];
	const fold = await bundle('fold-night.ts', bench.folder);
	const parseArgs = [fold, join(run, 'journal.jsonl'), 'parse'];
	const start = (verb: string) => startOnTerminal([bench.program, verb, run], FIRST_FRAME, bench.folder);
	// In turns, because others use the machine.
	const [parse = 0, attach = 0, replay = 0] = await takeTurns([
		async () => (await runProgram(process.execPath, parseArgs)).wallMs,
		() => start('attach'),
		() => start('replay'),
	]);
	const [summary = 0] = await takeTurns([
		async () => (await runProgram(process.execPath, [bench.program, 'summary', run])).wallMs,
	]);
	const runner = await measureRunner(bench);
	const alone = await countFacts(bench.folder, 1);
	const together = await countFacts(bench.folder, LANES);
	return {
		title: `A night of ${FACTS} facts (${journal}) and ${HOURS} h of ${LANES} GPUs (${telemetry}); median of ${TIMES}`,
		rows: [
			{label: 'its journal only read and parsed', value: formatSeconds(parse)},
			{label: 'warpdeck attach, first frame', value: `${formatSeconds(attach)}  ${formatRatio(attach / parse)}`},
			{label: 'warpdeck replay, first frame', value: `${formatSeconds(replay)}  ${formatRatio(replay / parse)}`},
			{label: 'warpdeck summary, whole command', value: formatSeconds(summary)},
			{label: `runner of ${EXPERIMENTS} experiments, ${LEFT} left: peak`, value: formatMiB(runner.peakKiB)},
			{label: 'the same, whole resume', value: formatSeconds(runner.wallMs)},
			{label: 'facts, each with a sync of its own', value: `${alone} facts/s`},
			{label: `facts, ${LANES} lanes that share syncs`, value: `${together} facts/s`},
		],
		aims: [
			{
				text: `attach: first frame within ${PARSES_ALLOWED} x reading and parsing alone`,
				value: formatRatio(attach / parse),
				isMet: attach <= PARSES_ALLOWED * parse,
			},
		],
		skipped: [],
	};
}

async function takeTurns(measures: readonly (() => Promise<number>)[]): Promise<readonly number[]> {
	const all = measures.map((): number[] => []);
	for (let time = 0; time < TIMES; time++) {
		for (const [index, measure] of measures.entries()) all[index]?.push(await measure());
	}
	return all.map(median);
}

/** `${…}` is warpdeck's own, so the text must not be a template. */
const SUITE = `# @package _global_
experiment:
  name: bench_night
  max_workers: 4
  hardware: {gpu_ids: [], numa_nodes: []}
  workload: {command: [/bin/true, '$\{axes.n}']}
  axes: {n: [${Array.from({length: EXPERIMENTS}, (_, index) => index).join(', ')}]}
`;

/** A run whose experiments have succeeded but for a few, so that a resume has the state of a whole night. */
async function measureRunner({program, folder}: Bench) {
	await writeFile(join(folder, 'bench_night.yaml'), SUITE);
	const run = await startRun({program, folder});
	succeed(run, readFacts(run).state);
	return runProgram(process.execPath, [program, 'resume', run, '--headless'], {cwd: folder});
}

/** Long enough that something has succeeded, however busy the machine is. */
async function startRun({program, folder}: Bench): Promise<string> {
	const words = ['run', 'experiment=bench_night', '--headless', '--fresh', '--suites', '.', 'output.base_dir=nights'];
	for (const seconds of PATIENCES_S) {
		const limited = ['-s', 'INT', String(seconds), process.execPath, program, ...words];
		await runProgram('timeout', limited, {cwd: folder, codes: [0, 124, 130]});
		const run = await findRun([join(folder, 'nights')]).catch(() => null);
		if (run !== null && readFacts(run).state.some(({type}) => type === 'committed')) return run;
	}
	throw new Error(`nothing of ${EXPERIMENTS} experiments has succeeded within ${PATIENCES_S.at(-1)} s`);
}

/** Tells of every experiment but the last ones what was told of the first that succeeded. */
function succeed(run: string, facts: readonly FactEvent[]): void {
	const example = facts.find((fact) => fact.type === 'committed' && fact.result.status === 'succeeded');
	if (example?.type !== 'committed') throw new Error(`no experiment of ${run} has succeeded`);
	const touched = new Set(facts.flatMap((fact) => (fact.type === 'launching' ? [fact.id] : [])));
	const waiting = facts
		.flatMap((fact) => (fact.type === 'planned' ? fact.experiments : []))
		.filter(({id}) => !touched.has(id));
	let {seq, at} = facts.at(-1) ?? {seq: 0, at: 0};
	const encode = (fact: Fact): string => encodeFact({...fact, seq: ++seq, at: ++at});
	const identity = {pid: 1, startTicks: 1, bootId: 'b', pidNamespace: 'pid:[1]'};
	const lines = [encode({type: 'resumed', version: 1, warpdeck: '0.1.0', pid: 1, droppedBytes: 0})];
	for (const {id} of waiting.slice(0, -LEFT)) {
		lines.push(
			encode({type: 'launching', id, attempt: 1, argv: ['/bin/true'], env: {}}),
			encode({type: 'started', id, attempt: 1, ...identity}),
			encode({type: 'ended', id, attempt: 1, outcome: {kind: 'exited', code: 0}}),
			encode({type: 'committed', id, attempt: 1, result: example.result}),
		);
	}
	appendFileSync(join(run, 'journal.jsonl'), lines.join(''));
}

/** Each lane tells its next fact when the one before is on the disk. */
async function countFacts(folder: string, lanes: number): Promise<number> {
	const path = join(folder, `facts-${lanes}.jsonl`);
	writeFileSync(path, '');
	const journal = await openJournalFile(path, 0);
	const fact = encodeFact({type: 'noted', level: 'info', message: 'x'.repeat(150), seq: 1, at: 1});
	const until = performance.now() + SYNC_MS;
	let count = 0;
	const tell = async (): Promise<void> => {
		for (; performance.now() < until; count++) await journal.append(fact);
	};
	await Promise.all(Array.from({length: lanes}, tell));
	await journal.close();
	return Math.round(count / (SYNC_MS / 1000));
}
