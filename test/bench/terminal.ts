import {readFileSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import pty from '@lydell/node-pty';
import {lacks} from '../rig/needed-tools.ts';
import {writeEightLanes} from './eight-lanes.ts';
import type {Bench, Figures} from './figures.ts';

const SIZE = {cols: 120, rows: 40};
const SETTLE_MS = 5000;
const MEASURE_MS = 40_000;
const TICKS_PER_S = 100;

type Load = {
	readonly bytesPerS: number;
	/** Of one core, user and system time. */
	readonly cpuPercent: number;
	readonly startBytes: number;
};

/** What a screen costs that is left open: bytes to the terminal and processor time, all at once on one machine. */
export async function benchTerminal({program, folder}: Bench): Promise<Figures> {
	const run = await writeEightLanes(join(folder, 'outputs'), (SETTLE_MS + MEASURE_MS) / 1000 + 20);
	const missing = ['btop', 'top'].filter((name) => lacks(name));
	const watched = [
		{name: 'warpdeck', command: process.execPath, args: [program, 'replay', run, '--speed', '1'], env: {}},
		{name: 'btop', command: 'btop', args: [], env: {XDG_CONFIG_HOME: await configureBtop(folder)}},
		{name: 'top', command: 'top', args: ['-d', '1'], env: {}},
	].filter(({name}) => !missing.includes(name));
	const loads = new Map(await Promise.all(watched.map(async (one) => [one.name, await watch(one, folder)] as const)));
	const [own, btop] = [loads.get('warpdeck'), loads.get('btop')];
	return {
		title: `A screen of 8 lanes at 1 Hz, ${SIZE.cols}x${SIZE.rows}, side by side for ${MEASURE_MS / 1000} s`,
		rows: [...loads].map(([label, {bytesPerS, cpuPercent, startBytes}]) => ({
			label,
			value: `${Math.round(bytesPerS)} B/s  ${cpuPercent.toFixed(2)} % of a core  ${startBytes} B until it stood`,
		})),
		aims: [
			...(own ? judge('at most 2 700 B/s', `${Math.round(own.bytesPerS)} B/s`, own.bytesPerS <= 2700) : []),
			...(own && btop
				? judge(
						"under a fifth of btop's bytes",
						`${(own.bytesPerS / btop.bytesPerS).toFixed(2)} x`,
						own.bytesPerS < btop.bytesPerS / 5,
					)
				: []),
			...(own ? judge('at most 2 % of a core', `${own.cpuPercent.toFixed(2)} %`, own.cpuPercent <= 2) : []),
		],
		skipped: missing.map((name) => `${name} is not installed here`),
	};
}

const judge = (text: string, value: string, isMet: boolean) => [{text, value, isMet}];

async function configureBtop(folder: string): Promise<string> {
	await mkdir(join(folder, 'config', 'btop'), {recursive: true});
	await writeFile(join(folder, 'config', 'btop', 'btop.conf'), 'update_ms = 1000\n');
	return join(folder, 'config');
}

type Watched = {
	readonly command: string;
	readonly args: readonly string[];
	readonly env: {readonly [name: string]: string};
};

async function watch({command, args, env}: Watched, cwd: string): Promise<Load> {
	const child = pty.spawn(command, [...args], {
		...SIZE,
		cwd,
		name: 'xterm-256color',
		env: {PATH: process.env.PATH ?? '', HOME: cwd, LANG: 'C.UTF-8', WARPDECK_CONFIG_DIR: join(cwd, 'settings'), ...env},
	});
	let bytes = 0;
	child.onData((data) => {
		bytes += Buffer.byteLength(data);
	});
	await pause(SETTLE_MS);
	const [startBytes, startTicks] = [bytes, readTicks(child.pid)];
	await pause(MEASURE_MS);
	const load = {
		bytesPerS: ((bytes - startBytes) * 1000) / MEASURE_MS,
		cpuPercent: (((readTicks(child.pid) - startTicks) / TICKS_PER_S) * 100_000) / MEASURE_MS,
		startBytes,
	};
	child.kill('SIGKILL');
	return load;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** User and system time, fields 14 and 15 of /proc/PID/stat, in clock ticks. Source: proc(5). */
function readTicks(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
	return Number(fields[11]) + Number(fields[12]);
}
