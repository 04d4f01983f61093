import {appendFileSync, mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {makeWorkplace, ONE_EACH, openProgram, runProgram, type Workplace} from '../rig/built-program.ts';
import type {PtyScreen} from '../rig/pty-screen.ts';
import {findRunFolder, listTagged, readResults, readWholeJournal} from '../rig/run-files.ts';
import {until} from '../rig/until.ts';

/**
 * A night in small on whatever this machine has, GPUs or not, on real terminals: start, kill the terminal, attach,
 * pause, skip, retry, kill the runner, resume, read the summary. What each terminal showed goes to $OUT/journey.txt.
 *
 *     npm run build && OUT=results node --import=tsx test/bench/gpu-journey.ts [override…]
 */
const out = process.env.OUT ?? 'gpu-journey';
const PATIENCE_MS = 120_000;
const LARGE = {columns: 120, rows: 40, timeoutMs: PATIENCE_MS};
const OVERRIDES = [
	...ONE_EACH,
	'experiment.hardware.gpu_ids=auto',
	'experiment.hardware.numa_nodes=[]',
	'experiment.hardware.binding=auto',
	'experiment.max_workers=1',
	...process.argv.slice(2),
];

mkdirSync(out, {recursive: true});
const note = (text: string): void => {
	process.stdout.write(`${text}\n`);
	appendFileSync(join(out, 'journey.txt'), `${text}\n`);
};
const show = (title: string, screen: PtyScreen): void => note(`\n=== ${title}\n${screen.text().trimEnd()}`);
const readHolder = (run: string): number =>
	(JSON.parse(readFileSync(join(run, 'run.lock'), 'utf8')) as {readonly pid: number}).pid;
const countEnded = (run: string): number => readWholeJournal(run).filter(({type}) => type === 'committed').length;

async function killTerminal(place: Workplace): Promise<string> {
	const screen = openProgram(place, ['run', 'numa_study', ...OVERRIDES], LARGE);
	await screen.until(/running|measure|load/);
	const run = await findRunFolder(place);
	await until(() => countEnded(run) >= 1, 'one has ended', PATIENCE_MS);
	show('the first terminal, before it is killed', screen);
	screen.kill('SIGKILL');
	await screen.exited;
	return run;
}

/** What happened meanwhile comes first; any key goes on. */
async function attach(place: Workplace): Promise<PtyScreen> {
	const screen = openProgram(place, ['attach'], LARGE);
	await screen.until(/Any key goes on to the run/);
	show('attached: since you left', screen);
	screen.press(' ');
	await screen.until(/elapsed/);
	return screen;
}

async function control(place: Workplace): Promise<void> {
	const screen = await attach(place);
	screen.press('P');
	await screen.until(/paused by/);
	show('paused', screen);
	screen.press('\t');
	await screen.until(/waiting/);
	screen.press('Gx');
	await screen.until(/will not be tried/);
	show('the last one is skipped', screen);
	screen.press('gr');
	await screen.until(/y {2}/);
	screen.press('y');
	await screen.until(/again/);
	show('the first one is tried again though it succeeded', screen);
	screen.press('q');
	await screen.exited;
	const {stdout} = await runProgram(place, ['status']);
	note(`\n=== warpdeck status\n${stdout}`);
	await runProgram(place, ['continue']);
}

async function killRunner(place: Workplace, run: string): Promise<void> {
	const before = countEnded(run);
	await until(() => countEnded(run) > before, 'another has ended', PATIENCE_MS);
	const screen = await attach(place);
	process.kill(readHolder(run), 'SIGKILL');
	await screen.until(/NO RUNNER/);
	show('the runner is killed by SIGKILL', screen);
	screen.press('q');
	await screen.exited;
}

async function resume(place: Workplace, run: string): Promise<void> {
	const screen = openProgram(place, ['resume', run], LARGE);
	await screen.until(/SUMMARY numa_locality_study/);
	show('resumed, to the summary', screen);
	screen.press('q');
	await screen.exited;
	const retried = await runProgram(place, ['resume', run], {timeoutMs: PATIENCE_MS});
	note(`\n=== resume again, without a terminal: exit ${retried.code}\n${retried.stdout}${retried.stderr}`);
}

const place = makeWorkplace();
const run = await killTerminal(place);
await control(place);
await killRunner(place, run);
await resume(place, run);
for (const {run_id, status, attempts, device_name} of readResults(run))
	note(`${run_id}  ${status}  ${attempts}  ${device_name}`);
note(`processes of this run that are left: ${listTagged(run).length}`);
place.remove();
