import {copyFile, mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {checkout, fourGpuHost, makeWorkplace, ONE_EACH, openProgram, type Workplace} from '../rig/built-program.ts';
import {createEmulator} from '../rig/emulator.ts';
import type {PtyScreen} from '../rig/pty-screen.ts';
import {drawSvg} from './draw-svg.ts';

const FOLDER = join(checkout, 'docs/pictures');
const SIZE = {columns: 110, rows: 32} as const;

type Picture = {
	readonly name: string;
	readonly args: (place: Workplace) => readonly string[];
	/** Drives the program to what is to be seen. */
	readonly drive: (screen: PtyScreen) => Promise<void>;
};

const recorded = ({folder}: Workplace) => [join(folder, 'outputs/quick_test/2026-11-21/12-00-00')];
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Hardware in the recorded run is an H200; the four GPUs are simulated, and their pictures say so. */
const PICTURES: readonly Picture[] = [
	{
		name: 'picker',
		args: () => [],
		drive: async (screen) => {
			await screen.until(/quick_test +3/);
			await pause(5000);
		},
	},
	{
		name: 'dashboard',
		args: () => ['run', 'numa_study', ...ONE_EACH, '--simulate', fourGpuHost],
		drive: async (screen) => {
			await screen.until(/1[0-9]\/48/);
		},
	},
	{
		name: 'results',
		args: (place) => ['replay', ...recorded(place), '--speed', 'Infinity'],
		drive: async (screen) => {
			await screen.until(/SUMMARY/);
			screen.press('\u001b[Z');
			await pause(1500);
		},
	},
	{
		name: 'detail',
		args: (place) => ['replay', ...recorded(place), '--speed', 'Infinity'],
		drive: async (screen) => {
			await screen.until(/SUMMARY/);
			screen.press('\u001b[Z');
			await pause(1000);
			screen.press('\r');
			await pause(1500);
		},
	},
	{
		name: 'summary',
		args: (place) => ['replay', ...recorded(place), '--speed', 'Infinity'],
		drive: async (screen) => {
			await screen.until(/SUMMARY/);
		},
	},
];

/** What a host of two H200 wrote to a terminal of 120x40 until the second experiment of each was measured. */
const RECORDING = {name: 'two-h200', file: 'fixtures/recordings/two-h200-dashboard.txt', columns: 120, rows: 40};

/** `npm run pictures [-- NAME…]`: the screens of the built program, as a terminal holds them, into docs/pictures. */
await mkdir(FOLDER, {recursive: true});
const wanted = process.argv.slice(2);
for (const picture of PICTURES) if (wanted.length === 0 || wanted.includes(picture.name)) await take(picture);
if (wanted.length === 0 || wanted.includes(RECORDING.name)) await redrawRecording(RECORDING);

async function take({name, args, drive}: Picture): Promise<void> {
	const place = makeWorkplace();
	try {
		await layRecordedRun(place);
		const screen = openProgram(place, args(place), SIZE);
		await drive(screen);
		await writeFile(join(FOLDER, `${name}.svg`), drawSvg(screen.runs(), SIZE.columns));
		screen.kill('SIGKILL');
		await screen.exited;
	} finally {
		place.remove();
	}
}

async function redrawRecording({name, file, columns, rows}: typeof RECORDING): Promise<void> {
	const emulator = createEmulator({columns, rows});
	await emulator.write(await readFile(join(checkout, file), 'utf8'));
	await writeFile(join(FOLDER, `${name}.svg`), drawSvg(emulator.runs(), columns));
}

async function layRecordedRun(place: Workplace): Promise<void> {
	const [folder = ''] = recorded(place);
	await mkdir(folder, {recursive: true});
	const journals = join(checkout, 'fixtures/journals');
	await copyFile(join(journals, 'v1-quick-test-h200.jsonl'), join(folder, 'journal.jsonl'));
	await copyFile(join(journals, 'v1-quick-test-h200.telemetry.jsonl'), join(folder, 'telemetry.jsonl'));
}
