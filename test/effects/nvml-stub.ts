import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {fileURLToPath} from 'node:url';
import {makeFolder} from './fake-tools.ts';

const SOURCE = fileURLToPath(new URL('../../fixtures/nvml/nvml-stub.c', import.meta.url));
const RECORDED = fileURLToPath(new URL('../../fixtures/nvidia-smi/h200x8-query-gpu.csv', import.meta.url));
const NAME = 'libnvidia-ml.so.1';

export type NvmlStub = {
	/** An environment in which the loader finds the stub. */
	readonly env: NodeJS.ProcessEnv;
	/** What it plays from now on, in the lines of fixtures/nvml/nvml-stub.c. */
	readonly say: (...lines: readonly string[]) => void;
	/** Whether a call has come that hangs. */
	readonly hangs: () => boolean;
	/** How often this function was called for this GPU while it played `count`. */
	readonly countCalls: (name: string, gpu: number) => number;
};

/** The eight recorded H200 as a real library that is loaded by the real koffi; `old` is one of a driver before 510. */
export function nvmlStub(t: TestContext, lines: readonly string[] = [], {old = false} = {}): NvmlStub {
	const control = join(makeFolder(t), 'control');
	const say = (...said: readonly string[]) => {
		// Renamed into place, because it is read at every moment.
		writeFileSync(`${control}.new`, said.map((line) => `${line}\n`).join(''));
		renameSync(`${control}.new`, control);
	};
	say(...lines);
	const folder = old ? buildOld() : buildNvmlStub();
	const env = {PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: folder, WARPDECK_NVML_STUB: control};
	const countCalls = (name: string, gpu: number) =>
		readFileSync(`${control}.calls`, 'utf8')
			.split('\n')
			.filter((line) => line === `${name} ${gpu}`).length;
	return {env, say, hangs: () => existsSync(`${control}.hangs`), countCalls};
}

export const uuidOf = (index: number): string => `GPU-0000000${index}-0000-4000-8000-00000000000${index}`;

/** A folder with the library, built once and gone with this process. */
export const buildNvmlStub = once(() => compile([]));
const buildOld = once(() => compile(['-DOLD_DRIVER']));

function compile(flags: readonly string[]): string {
	const folder = mkdtempSync(join(tmpdir(), 'warpdeck-nvml-'));
	process.once('exit', () => rmSync(folder, {recursive: true, force: true}));
	const output = ['-o', join(folder, NAME)];
	const defines = [...flags, `-DRECORDED="${RECORDED}"`];
	const args = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-O1', '-shared', '-fPIC', ...defines, ...output, SOURCE];
	const {status, stderr, error} = spawnSync('cc', args, {encoding: 'utf8'});
	if (error) throw new Error('A C compiler is needed here. Type: apt-get install gcc libc6-dev');
	if (status !== 0) throw new Error(stderr);
	return folder;
}

function once<Value>(make: () => Value): () => Value {
	let made: {readonly value: Value} | null = null;
	return () => {
		made ??= {value: make()};
		return made.value;
	};
}
