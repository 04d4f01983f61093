import {copyFileSync, mkdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type Bench, type Figures, formatMiB, formatRatio, formatSeconds, median} from './figures.ts';
import {type Finished, runProgram} from './run-program.ts';
import {writeCapture} from './write-capture.ts';

const BIG_BYTES = 500e6;
const SMALL = 200;
/** Python takes minutes for the big one. */
const BIG_ROUNDS = 1;
const ROUNDS = 3;
const MOST_KIB = 500 * 1024;

const recorded = fileURLToPath(new URL('../../fixtures/nsys/pipeline_range.sqlite', import.meta.url));
const baseline = fileURLToPath(new URL('nsys_baseline.py', import.meta.url));

type Told = Finished & {readonly windowNs: number; readonly overlapNs: number};

/** A database of 500 MB, and 200 small ones, analysed by us and by Python with SQL. */
export async function benchAnalysing({folder, program}: Bench): Promise<Figures> {
	const big = join(folder, 'big.sqlite');
	writeCapture(big, BIG_BYTES, recorded);
	const many = join(folder, 'many');
	mkdirSync(many);
	const small = Array.from({length: SMALL}, (_, index) => join(many, `gpu0_numa${index % 2}_vit${index}.sqlite`));
	for (const path of small) copyFileSync(recorded, path);
	const [oneOurs, oneTheirs] = await inTurns(
		BIG_ROUNDS,
		() => analyse(program, [big]),
		() => runPython([big]),
	);
	const [manyOurs, manyTheirs] = await inTurns(
		ROUNDS,
		() => analyse(program, [many]),
		() => runPython(small),
	);
	const peakKiB = Math.max(...oneOurs.map((one) => one.peakKiB));
	return {
		title: `Analysing captures of nsys (small ones: median of ${ROUNDS} in turns)`,
		rows: [
			{label: `one of ${Math.round(statSync(big).size / 1e6)} MB, warpdeck analyze`, value: describe(oneOurs)},
			{label: 'the same, python3 with sqlite3', value: describe(oneTheirs)},
			{
				label: `${SMALL} of ${Math.round(statSync(recorded).size / 1e3)} kB, warpdeck analyze`,
				value: describe(manyOurs),
			},
			{label: 'the same, python3 with sqlite3', value: describe(manyTheirs)},
		],
		aims: [
			compare('one big capture: faster than python3', oneOurs, oneTheirs),
			compare(`${SMALL} small captures: faster than python3`, manyOurs, manyTheirs),
			{
				text: 'one big capture: at most 500 MiB, all processes together',
				value: formatMiB(peakKiB),
				isMet: peakKiB <= MOST_KIB,
			},
		],
		skipped: [],
	};
}

async function inTurns<T>(
	rounds: number,
	ours: () => Promise<T>,
	theirs: () => Promise<T>,
): Promise<readonly [readonly T[], readonly T[]]> {
	const [own, others]: [T[], T[]] = [[], []];
	for (let round = 0; round < rounds; round++) {
		own.push(await ours());
		others.push(await theirs());
	}
	return [own, others];
}

const wallOf = (all: readonly Finished[]): number => median(all.map(({wallMs}) => wallMs));

const describe = (all: readonly Finished[]): string =>
	`${formatSeconds(wallOf(all))}, ${formatMiB(Math.max(...all.map(({peakKiB}) => peakKiB)))}`;

/** Both must have found the same, or one of them was quick because it did something else. */
function compare(text: string, ours: readonly Told[], theirs: readonly Told[]) {
	const [own, other] = [ours[0], theirs[0]];
	if (own?.windowNs !== other?.windowNs || own?.overlapNs !== other?.overlapNs) {
		throw new Error(`${text}: they differ: ${JSON.stringify([own, other])}`);
	}
	const ratio = wallOf(theirs) / wallOf(ours);
	return {text, value: `${formatRatio(ratio)} as fast`, isMet: ratio > 1};
}

async function analyse(program: string, paths: readonly string[]): Promise<Told> {
	const watch = watchChildren();
	const ended = await runProgram(process.execPath, [program, 'analyze', ...paths, '--json']);
	const {captures} = JSON.parse(ended.stdout) as {
		readonly captures: readonly {readonly profile: {readonly devices: readonly Device[]}}[];
	};
	const [device] = captures[0]?.profile.devices ?? [];
	return {
		...ended,
		peakKiB: watch.close(),
		windowNs: device?.windowNs ?? 0,
		overlapNs: device?.overlap.copyAndKernelNs ?? 0,
	};
}

type Device = {readonly windowNs: number; readonly overlap: {readonly copyAndKernelNs: number}};

async function runPython(paths: readonly string[]): Promise<Told> {
	const ended = await runProgram('python3', [baseline, ...paths]);
	const [first] = JSON.parse(ended.stdout) as readonly {readonly windowNs: number; readonly overlapNs: number}[];
	return {...ended, windowNs: first?.windowNs ?? 0, overlapNs: first?.overlapNs ?? 0};
}

const LOOK_EVERY_MS = 100;

/** Most memory that the processes below this one had at the same time. */
function watchChildren() {
	let peakKiB = 0;
	const timer = setInterval(() => {
		const all = listBelow(process.pid).reduce((sum, pid) => sum + readResidentKiB(pid), 0);
		peakKiB = Math.max(peakKiB, all);
	}, LOOK_EVERY_MS);
	return {
		close: () => {
			clearInterval(timer);
			return peakKiB;
		},
	};
}

const read = (path: string): string => {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
};

const listBelow = (pid: number): readonly number[] =>
	read(`/proc/${pid}/task/${pid}/children`)
		.split(' ')
		.filter(Boolean)
		.map(Number)
		.flatMap((child) => [child, ...listBelow(child)]);

const readResidentKiB = (pid: number): number =>
	Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
