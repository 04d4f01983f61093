import {execFile, execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {checkout} from './built-program.ts';
import {lacks} from './needed-tools.ts';

/** A virtual machine of four real NUMA nodes and four PCI functions, on this machine's own files, which it cannot change. */
export type NumaMachine = {
	/** Runs a shell script as root in it. */
	readonly run: (script: string) => Promise<{readonly stdout: string; readonly stderr: string}>;
	/** A file that a script left in $SHARE. */
	readonly read: (name: string) => string;
	readonly stop: () => Promise<void>;
};

const SCRIPT = join(checkout, 'test/beds/numa-vm.sh');
const execute = promisify(execFile);

/** Where the virtual machine's GPUs are, one on each node; its firmware numbers the buses so. */
const GPU_ADDRESSES = ['00000000:21:00.0', '00000000:41:00.0', '00000000:61:00.0', '00000000:81:00.0'];

const readEnvironment = (): NodeJS.ProcessEnv => ({
	...process.env,
	NUMA_VM_CACHE: process.env.NUMA_VM_CACHE ?? join(homedir(), '.cache/warpdeck-numa-vm'),
	ACCEL: 'tcg',
	NODES: '4',
	GPUS: '4',
	MEM: '1536',
	TIMEOUT: '400',
});

/** false, or why no such machine can be had here; fetches its kernel once. */
export function lacksNumaMachine(): string | false {
	const missing = lacks('qemu-system-x86_64', 'cpio', 'apt-get', 'numactl');
	if (missing) return missing;
	try {
		mkdirSync(readEnvironment().NUMA_VM_CACHE ?? '', {recursive: true});
		execFileSync(SCRIPT, ['prepare'], {env: readEnvironment(), stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8'});
		return false;
	} catch (error) {
		return `the virtual machine cannot be prepared: ${readError(error)}`;
	}
}

/** Boots one; its PATH begins with a fake nvidia-smi that places a GPU on each node, and nothing else is fake. */
export async function startNumaMachine(): Promise<NumaMachine> {
	const folder = mkdtempSync(join(tmpdir(), 'warpdeck-numa-'));
	const env = readEnvironment();
	const call = (...args: readonly string[]) => execute(SCRIPT, args, {env, cwd: '/', maxBuffer: 64 * 2 ** 20});
	await call('start', folder);
	const share = join(folder, 'share');
	plantGpus(share);
	let scripts = 0;
	return {
		run: (script) => {
			const name = `script-${++scripts}`;
			writeFileSync(join(share, name), `${SET_UP}\n${script}\n`);
			return call('exec', folder, 'bash', `/share/${name}`);
		},
		read: (name) => readFileSync(join(share, name), 'utf8'),
		stop: async () => {
			await call('stop', folder);
			rmSync(folder, {recursive: true, force: true});
		},
	};
}

function plantGpus(share: string): void {
	mkdirSync(join(share, 'bin'));
	const fake = `#!/bin/sh\nexec '${process.execPath}' '${checkout}fixtures/bin/nvidia-smi.cjs' "$@"\n`;
	writeFileSync(join(share, 'bin/nvidia-smi'), fake, {mode: 0o755});
}

/** The guest's own files are quick; those of the share are not. */
const SET_UP = `
set -u
export PATH=$SHARE/bin:$PATH FAKE_NVIDIA_SMI='${JSON.stringify({gpus: 4, pci: GPU_ADDRESSES})}'
export WORKLOADS='${checkout}fixtures/workloads' HOME=/tmp/home XDG_CACHE_HOME=/tmp/cache WARPDECK_CONFIG_DIR=/tmp/settings
export NODE_COMPILE_CACHE=/tmp/compiled
warpdeck() { '${process.execPath}' '${checkout}dist/main.js' "$@"; }
mkdir -p /tmp/work && cd /tmp/work
`;

function readError(error: unknown): string {
	const said = (error as {stderr?: unknown}).stderr;
	return typeof said === 'string' && said.trim() !== '' ? said.trim() : String(error);
}
