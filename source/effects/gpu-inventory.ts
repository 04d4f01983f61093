import type {ChildProcess} from 'node:child_process';
import {subscribe, unsubscribe} from 'node:diagnostics_channel';
import {readFileSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';
import {isJsonObject, type Json, type JsonObject} from '../domain/json.ts';
import {parseNumber, parsePciAddress} from './telemetry-format.ts';

/**
 * What belongs beside a result but not on the screen: driver, CUDA, and each GPU's firmware, modes and limits.
 * Empty without nvidia-smi; `{problem}` when it is there but does not answer in time (default 20 s).
 */
export async function readGpuInventory({timeoutMs = 20_000} = {}): Promise<JsonObject> {
	const {default: askNvidiaSmi} = await import('node-nvidia-smi');
	const {promise, resolve} = Promise.withResolvers<JsonObject>();
	const shell = catchChild(() => askNvidiaSmi((problem, data) => resolve(readReply(problem, data))));
	const answered = new AbortController();
	const late = delay(timeoutMs, null, {signal: answered.signal}).catch(() => null);

	const inventory = await Promise.race([promise, late]);
	answered.abort();
	if (inventory) return inventory;
	abandon(shell);
	return {problem: `nvidia-smi -q -x did not answer within ${timeoutMs / 1000} s.`};
}

/** The package keeps its child to itself and sets no time limit, so Node's own channel has to name it. */
function catchChild(call: () => void): ChildProcess | null {
	let child: ChildProcess | null = null;
	const note = (message: unknown) => {
		child = (message as {process: ChildProcess}).process;
	};
	subscribe('child_process', note);
	try {
		call();
	} finally {
		unsubscribe('child_process', note);
	}
	return child;
}

/** The package runs the tool through a shell, which would die without ending it. */
function abandon(shell: ChildProcess | null): void {
	for (const pid of shell?.pid === undefined ? [] : listChildren(shell.pid)) endProcess(pid);
	shell?.kill('SIGKILL');
	shell?.stdout?.destroy();
	shell?.stderr?.destroy();
	shell?.unref();
}

function listChildren(pid: number): readonly number[] {
	try {
		return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
	} catch {
		return [];
	}
}

function endProcess(pid: number): void {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// It ended by itself in between.
	}
}

/** A shell says 127 for a program that it does not find. */
function readReply(problem: unknown, data: unknown): JsonObject {
	if (problem === null || problem === undefined) return formatInventory(data);
	if ((problem as {code?: unknown}).code === 127) return {};
	return {problem: `nvidia-smi -q -x failed: ${String(problem).trim()}`};
}

/** The part of `nvidia-smi -q -x` (as objects) that goes into provenance; names of drivers 450 to 580. */
export function formatInventory(data: unknown): JsonObject {
	const log = dig(data, 'nvidia_smi_log');
	const gpus = dig(log, 'gpu');
	return {
		driver: read(log, 'driver_version'),
		cuda: read(log, 'cuda_version'),
		// One GPU is an object, several are an array.
		gpus: (Array.isArray(gpus) ? gpus : [gpus]).filter(isJsonObject).map(formatGpu),
	};
}

function formatGpu(gpu: JsonObject): JsonObject {
	return {
		uuid: read(gpu, 'uuid'),
		pciAddress: parsePciAddress(read(gpu, 'pci', 'pci_bus_id')),
		name: read(gpu, 'product_name'),
		vbios: read(gpu, 'vbios_version'),
		eccMode: read(gpu, 'ecc_mode', 'current_ecc'),
		migMode: read(gpu, 'mig_mode', 'current_mig'),
		computeMode: read(gpu, 'compute_mode'),
		persistenceMode: read(gpu, 'persistence_mode'),
		pcieGenerationMax: parseNumber(read(gpu, 'pci', 'pci_gpu_link_info', 'pcie_gen', 'max_link_gen')),
		pcieLanesMax: parseNumber(
			read(gpu, 'pci', 'pci_gpu_link_info', 'link_widths', 'max_link_width')?.replace(/x$/, ''),
		),
		clocksMaxMHz: formatNumbers(dig(gpu, 'max_clocks'), {
			sm: 'sm_clock',
			memory: 'mem_clock',
			graphics: 'graphics_clock',
		}),
		powerLimitWatts: formatPowerLimits(gpu),
	};
}

function formatPowerLimits(gpu: JsonObject): JsonObject {
	const current = formatNumbers(dig(gpu, 'gpu_power_readings'), {...POWER_LIMITS, current: 'current_power_limit'});
	// Drivers before 530 have other names for it.
	return dig(gpu, 'gpu_power_readings') ? current : formatNumbers(dig(gpu, 'power_readings'), POWER_LIMITS);
}

const POWER_LIMITS = {
	current: 'power_limit',
	default: 'default_power_limit',
	min: 'min_power_limit',
	max: 'max_power_limit',
};

function formatNumbers(parent: Json | undefined, names: {readonly [name: string]: string}): JsonObject {
	return Object.fromEntries(Object.entries(names).map(([name, leaf]) => [name, parseNumber(read(parent, leaf))]));
}

/** The text of a leaf; null where the tool says N/A or does not know the leaf. */
function read(value: unknown, ...path: readonly string[]): string | null {
	const leaf = dig(value, ...path);
	return typeof leaf === 'string' && leaf !== '' && !/^\[?N\/A\]?$/.test(leaf) ? leaf : null;
}

const dig = (value: unknown, ...path: readonly string[]): Json | undefined =>
	path.reduce<unknown>((parent, name) => (isJsonObject(parent) ? parent[name] : undefined), value) as Json | undefined;
