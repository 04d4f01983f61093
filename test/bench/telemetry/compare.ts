import {execFile} from 'node:child_process';
import {setTimeout as pause} from 'node:timers/promises';
import {promisify} from 'node:util';
import type {WatchedGpu} from '../../../source/effects/nvml-gpu.ts';
import {openNvmlProcess} from '../../../source/effects/nvml-process.ts';
import {parseNumber} from '../../../source/effects/telemetry-format.ts';
import type {GpuSample} from '../../../source/journal/event.ts';
import type {Figures} from '../figures.ts';
import {type Agreement, compareField, type Reading, type Rule} from './agreement.ts';

type Field = {readonly smi: string; readonly ours: keyof GpuSample; readonly rule: Rule};

const STATIC: Rule = {kind: 'static'};
const INSIDE: Rule = {kind: 'inside'};

const FIELDS: readonly Field[] = [
	{smi: 'memory.total', ours: 'memoryTotalMiB', rule: STATIC},
	{smi: 'power.limit', ours: 'powerLimitWatts', rule: STATIC},
	{smi: 'fan.speed', ours: 'fanPercent', rule: INSIDE},
	{smi: 'ecc.errors.corrected.volatile.total', ours: 'eccCorrected', rule: INSIDE},
	{smi: 'ecc.errors.uncorrected.volatile.total', ours: 'eccUncorrected', rule: INSIDE},
	{smi: 'temperature.gpu', ours: 'celsius', rule: {kind: 'near', by: 1}},
	{smi: 'power.draw', ours: 'powerWatts', rule: INSIDE},
	{smi: 'clocks.sm', ours: 'smClockMHz', rule: INSIDE},
	{smi: 'clocks.mem', ours: 'memoryClockMHz', rule: INSIDE},
	{smi: 'utilization.gpu', ours: 'utilizationPercent', rule: INSIDE},
	{smi: 'utilization.memory', ours: 'memoryUtilizationPercent', rule: INSIDE},
	{smi: 'memory.used', ours: 'memoryUsedMiB', rule: {kind: 'near', by: 1}},
	{smi: 'pstate', ours: 'pState', rule: INSIDE},
	{smi: 'pcie.link.gen.current', ours: 'pcieGeneration', rule: INSIDE},
	{smi: 'pcie.link.width.current', ours: 'pcieWidth', rule: INSIDE},
	{smi: 'clocks_event_reasons.active', ours: 'throttleReasons', rule: INSIDE},
];

type Tick = {readonly at: number; readonly samples: readonly GpuSample[]};
type Asked = {readonly from: number; readonly to: number; readonly lines: readonly (readonly string[])[]};

const execute = promisify(execFile);
const EVERY_MS = 100;
/** The samples of the second after the last one-shot belong to it. */
const TAIL_MS = 1200;

/** NVML at 10 Hz beside one nvidia-smi after the other, for so long; one line a field, all GPUs together. */
export async function benchComparison(gpus: readonly WatchedGpu[], forMs: number, when: string): Promise<Figures> {
	const agreements = await compareSources(gpus, forMs);
	const rows = agreements.map(({field, asked, agreed, worst, example}) => ({
		label: field,
		value: `${String(agreed).padStart(4)} of ${asked}${agreed === asked ? '' : `   off by ${worst?.toFixed(2) ?? 'no number'}: ${example}`}`,
	}));
	return {title: `NVML at 10 Hz beside nvidia-smi one-shots, ${when}`, rows, aims: [], skipped: []};
}

async function compareSources(gpus: readonly WatchedGpu[], forMs: number): Promise<readonly Agreement[]> {
	const ticks: Tick[] = [];
	const failed = Promise.withResolvers<never>();
	const fail = (reason: string) => failed.reject(new Error(reason));
	const onSamples = (samples: readonly GpuSample[]) => ticks.push({at: Date.now(), samples});
	const reader = openNvmlProcess({gpus, everyMs: EVERY_MS, env: process.env, onSamples, onRefused: fail, onEnd: fail});
	try {
		await Promise.race([pause(TAIL_MS), failed.promise]);
		const asked = await Promise.race([askFor(forMs), failed.promise]);
		await pause(TAIL_MS);
		return FIELDS.map((field, column) => compareOne(field, column, {gpus, ticks, asked}));
	} finally {
		reader.close();
	}
}

async function askFor(forMs: number): Promise<readonly Asked[]> {
	const query = `--query-gpu=index,${FIELDS.map(({smi}) => smi).join(',')}`;
	const asked: Asked[] = [];
	const until = Date.now() + forMs;
	while (Date.now() < until) {
		const from = Date.now();
		const {stdout} = await execute('nvidia-smi', [query, '--format=csv,noheader,nounits']);
		const lines = stdout
			.trim()
			.split('\n')
			.map((line) => line.split(',').map((value) => value.trim()));
		asked.push({from, to: Date.now(), lines});
		await pause(EVERY_MS);
	}
	return asked;
}

type Taken = {readonly gpus: readonly WatchedGpu[]; readonly ticks: readonly Tick[]; readonly asked: readonly Asked[]};

function compareOne({smi, ours, rule}: Field, column: number, {gpus, ticks, asked}: Taken): Agreement {
	const parts = gpus.map(({gpuIndex}) => {
		const oneShots = asked.map(({from, to, lines}) => {
			const line = lines.find(([index]) => Number(index) === gpuIndex);
			return {from, to, value: readValue(line?.[column + 1])};
		});
		const samples = ticks.map(({at, samples: all}) => ({at, value: pick(all, gpuIndex, ours)}));
		return compareField(smi, rule, oneShots, samples);
	});
	return parts.reduce((sum, part) => ({
		field: smi,
		asked: sum.asked + part.asked,
		agreed: sum.agreed + part.agreed,
		worst: sum.worst === null || part.worst === null ? null : Math.max(sum.worst, part.worst),
		example: sum.example ?? part.example,
	}));
}

function pick(samples: readonly GpuSample[], gpuIndex: number, field: keyof GpuSample): Reading['value'] {
	const value = samples.find((sample) => sample.gpuIndex === gpuIndex)?.[field];
	return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/** `P0` is 0, `[N/A]` is null, a mask stays a text. */
function readValue(text: string | undefined): Reading['value'] {
	if (text?.startsWith('0x')) return text.toLowerCase();
	return parseNumber(text?.replace(/^P(?=\d)/, ''));
}
