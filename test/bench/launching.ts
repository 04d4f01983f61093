import {mkdir, readdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {readChunks} from '../../source/effects/journal-file.ts';
import {foldJournal} from '../../source/journal/fold.ts';
import {type Bench, type Figures, formatMiB, formatRatio, formatSeconds, median, type Row} from './figures.ts';
import {bundle, type Finished, runProgram} from './run-program.ts';

const JOBS = 1000;
const LANES = 4;
const ROUNDS = 3;
const NUMBERS = Array.from({length: JOBS}, (_, index) => index + 1);

/** `${…}` is warpdeck's own, so the text must not be a template. */
const SUITE = `# @package _global_
experiment:
  name: bench_true
  max_workers: ${LANES}
  resume: false
  hardware: {gpu_ids: [], numa_nodes: []}
  workload: {command: [/bin/true, '$\{axes.n}']}
  axes: {n: [${NUMBERS.join(', ')}]}
`;

type Contender = {readonly label: string; readonly run: (folder: string) => Promise<Times>};

/** By name: the first is the one that contenders are compared by. */
type Times = {readonly wallMs: number; readonly engineMs?: number; readonly peakKiB?: number};

/** 1 000 experiments that do nothing, through the whole of warpdeck and through others; they take turns. */
export async function benchLaunching(bench: Bench): Promise<Figures> {
	const loop = await bundle('spawn-loop.ts', bench.folder);
	const parallel = await findParallel();
	const contenders: readonly Contender[] = [
		{label: 'warpdeck run --headless', run: (folder) => runWarpdeck(bench.program, folder)},
		...(parallel ? [{label: `GNU parallel -j${LANES} --joblog`, run: runParallel}] : []),
		{label: 'spawn loop with log files', run: (folder) => runLoop(loop, folder, 'plain')},
		{label: 'the same, a synced line a job', run: (folder) => runLoop(loop, folder, 'synced')},
	];
	const rounds = await takeTurns(contenders, bench.folder);
	return describe(contenders, rounds, parallel);
}

async function takeTurns(contenders: readonly Contender[], folder: string): Promise<readonly (readonly Times[])[]> {
	const rounds: Times[][] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const times: Times[] = [];
		for (const [index, {run}] of contenders.entries()) {
			const own = join(folder, `round-${round}-${index}`);
			await mkdir(own);
			times.push(await run(own));
		}
		rounds.push(times);
	}
	return rounds;
}

function describe(
	contenders: readonly Contender[],
	rounds: readonly (readonly Times[])[],
	hasParallel: boolean,
): Figures {
	const pick = (index: number, key: keyof Times) => median(rounds.map((times) => times[index]?.[key] ?? 0));
	const [ours, engine, theirs] = [pick(0, 'wallMs'), pick(0, 'engineMs'), pick(1, 'wallMs')];
	const rows = contenders.map(({label}, index) => describeTime(label, pick(index, 'wallMs'), ours));
	const memory = {label: 'largest resident size of the runner', value: formatMiB(pick(0, 'peakKiB'))};
	return {
		title: `${JOBS} experiments of /bin/true, ${LANES} at once (median of ${ROUNDS} rounds in turns)`,
		rows: [...rows, describeTime('warpdeck, first launching to closed', engine, ours), memory],
		aims: hasParallel
			? [
					{text: 'whole command against GNU parallel', value: compare(theirs, ours), isMet: ours < theirs},
					{text: 'its engine alone against GNU parallel', value: compare(theirs, engine), isMet: engine < theirs},
				]
			: [],
		skipped: hasParallel ? [] : ['GNU parallel is not installed (apt-get install parallel)'],
	};
}

const describeTime = (label: string, ms: number, oursMs: number): Row => ({
	label,
	value: `${formatSeconds(ms)}  ${Math.round(JOBS / (ms / 1000))} jobs/s  ${formatRatio(ms / oursMs)} of warpdeck's time`,
});

const compare = (theirsMs: number, oursMs: number): string => `${formatRatio(theirsMs / oursMs)} as fast`;

async function runWarpdeck(program: string, folder: string): Promise<Times> {
	await writeFile(join(folder, 'bench_true.yaml'), SUITE);
	const words = ['run', 'experiment=bench_true', '--headless', '--suites', '.', 'output.base_dir=runs'];
	const {wallMs, peakKiB} = await runProgram(process.execPath, [program, ...words], {cwd: folder});
	return {wallMs, peakKiB, engineMs: await readEngineMs(join(folder, 'runs'))};
}

/** From the journal itself, which is checked on the way: a fast engine that lost facts would be none. */
async function readEngineMs(runs: string): Promise<number> {
	const names = await readdir(runs, {recursive: true});
	const journal = join(runs, names.find((name) => name.endsWith('journal.jsonl')) ?? 'journal.jsonl');
	const seen = foldJournal(
		readChunks(journal),
		(times, {type, at}) => ({
			first: times.first ?? (type === 'launching' ? at : null),
			committed: times.committed + (type === 'committed' ? 1 : 0),
			closed: type === 'closed' ? at : times.closed,
		}),
		{first: null as number | null, committed: 0, closed: null as number | null},
	);
	const {first, committed, closed} = seen.state;
	if (seen.damageCount > 0 || committed !== JOBS || first === null || closed === null) {
		throw new Error(`${journal} holds ${committed} committed experiments and ${seen.damageCount} damages`);
	}
	return closed - first;
}

async function findParallel(): Promise<boolean> {
	return runProgram('parallel', ['--version']).then(
		({stdout}) => stdout.startsWith('GNU parallel'),
		() => false,
	);
}

const runParallel = (folder: string): Promise<Finished> =>
	runProgram('parallel', [`-j${LANES}`, '--joblog', 'jobs.txt', '/bin/true', '{}'], {
		cwd: folder,
		input: `${NUMBERS.join('\n')}\n`,
	});

async function runLoop(loop: string, folder: string, mode: 'plain' | 'synced'): Promise<Times> {
	const {stdout} = await runProgram(process.execPath, [loop, folder, String(JOBS), String(LANES), mode]);
	return {wallMs: Number(stdout)};
}
