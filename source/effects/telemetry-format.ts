import type {Gpu} from '../domain/topology.ts';
import type {GpuSample} from '../journal/event.ts';

/** What is asked of nvidia-smi for each sample. */
export const SAMPLE_FIELDS: readonly string[] = [
	'index',
	'temperature.gpu',
	'utilization.gpu',
	'memory.used',
	'memory.total',
	'power.draw',
	'power.limit',
	'clocks.sm',
	'clocks.mem',
	'clocks_event_reasons.active',
];

export const GPU_FIELDS: readonly string[] = ['index', 'uuid', 'name', 'pci.bus_id', 'memory.total', 'driver_version'];

/** Names that drivers before 535 use for the same thing. */
const OLDER_NAMES: {readonly [field: string]: string} = {
	'clocks_event_reasons.active': 'clocks_throttle_reasons.active',
};

export type ListedGpu = Omit<Gpu, 'numaNode' | 'numaAffinity'>;

type GpuListing = {
	readonly gpus: readonly ListedGpu[];
	readonly driverVersion: string | null;
	/** What the tool printed instead of a GPU. */
	readonly unread: readonly string[];
};

/** One CSV line of nvidia-smi, whose columns are `fields`; null when it is no sample (a message, a torn line). */
export function parseSampleLine(line: string, fields: readonly string[] = SAMPLE_FIELDS): GpuSample | null {
	const columns = readColumns(line, fields);
	const gpuIndex = columns.get('index') ?? '';
	if (!/^\d+$/.test(gpuIndex)) return null;
	const number = (...names: readonly string[]) => parseNumber(names.map((name) => columns.get(name)).find(Boolean));
	return {
		gpuIndex: Number(gpuIndex),
		celsius: number('temperature.gpu'),
		utilizationPercent: number('utilization.gpu'),
		memoryUsedMiB: number('memory.used'),
		memoryTotalMiB: number('memory.total'),
		powerWatts: number('power.draw'),
		powerLimitWatts: number('power.limit'),
		smClockMHz: number('clocks.sm', 'clocks.current.sm'),
		memoryClockMHz: number('clocks.mem', 'clocks.current.memory'),
		throttleReasons: parseMask(
			columns.get('clocks_event_reasons.active') ?? columns.get('clocks_throttle_reasons.active'),
		),
	};
}

/** `34`, `79.32 W`, `0 %` -> a number; `[N/A]`, `[GPU is lost]` and whatever else a driver prints -> null, never 0. */
export function parseNumber(text: string | null | undefined): number | null {
	const [, digits] = /^(-?\d+(?:\.\d+)?)(?: (?:%|MiB|W|MHz|C))?$/.exec(text ?? '') ?? [];
	return digits === undefined ? null : Number(digits);
}

/** The answer to --query-gpu of GPU_FIELDS, without header and units, in the order of the indexes. */
export function parseInventory(csv: string): GpuListing {
	const lines = csv.split('\n').filter((line) => line.trim() !== '');
	const read = lines.map((line) => readGpu(readColumns(line, GPU_FIELDS)));
	const gpus = read.flatMap((row) => row?.gpu ?? []).sort((a, b) => a.index - b.index);
	const driverVersion = read.find((row) => row?.driverVersion)?.driverVersion ?? null;
	return {gpus, driverVersion, unread: lines.filter((_, position) => read[position] === null)};
}

/** `00000000:3D:00.0` (nvidia-smi) -> `0000:3d:00.0` (sysfs, %04x:%02x:%02x.%d); null for anything else. */
export function parsePciAddress(text: string | null): string | null {
	const [, domain, rest] = /^([\da-f]+)(:[\da-f]{2}:[\da-f]{2}\.\d)$/.exec(text?.trim().toLowerCase() ?? '') ?? [];
	if (domain === undefined || rest === undefined) return null;
	return domain.replace(/^0+/, '').padStart(4, '0') + rest;
}

/** The field that this driver does not know, out of what nvidia-smi printed. */
export const parseBadField = (text: string): string | null =>
	/Field "([^"]+)" is not a valid field/.exec(text)?.[1] ?? null;

/** The query again without a field that the driver refused: by its older name, else without it; null without hope. */
export function replaceField(fields: readonly string[], refused: string): readonly string[] | null {
	if (refused === 'index' || !fields.includes(refused)) return null;
	const older = OLDER_NAMES[refused];
	return older
		? fields.map((field) => (field === refused ? older : field))
		: fields.filter((field) => field !== refused);
}

/** Gathers samples into ticks: one is complete when all expected GPUs are there, or when one of them comes again. */
export function createTickCollector(
	expected: readonly number[],
	onTick: (samples: readonly GpuSample[]) => void,
): (sample: GpuSample) => void {
	let tick: GpuSample[] = [];
	const flush = () => {
		if (tick.length > 0) onTick(tick);
		tick = [];
	};
	return (sample) => {
		if (!expected.includes(sample.gpuIndex)) return;
		if (tick.some(({gpuIndex}) => gpuIndex === sample.gpuIndex)) flush();
		tick.push(sample);
		if (tick.length === expected.length) flush();
	};
}

/** Empty when the line has not one column for each field. */
function readColumns(line: string, fields: readonly string[]): ReadonlyMap<string, string> {
	const values = line.split(',').map((value) => value.trim());
	return new Map(values.length === fields.length ? fields.map((field, column) => [field, values[column] ?? '']) : []);
}

function readGpu(columns: ReadonlyMap<string, string>): {gpu: ListedGpu; driverVersion: string | null} | null {
	const index = columns.get('index') ?? '';
	const uuid = columns.get('uuid') ?? '';
	const pciAddress = parsePciAddress(columns.get('pci.bus_id') ?? null);
	if (!/^\d+$/.test(index) || !uuid.startsWith('GPU-') || pciAddress === null) return null;
	const name = columns.get('name') ?? '';
	const memoryTotalMiB = parseNumber(columns.get('memory.total'));
	const driverVersion = /^[\d.]+$/.exec(columns.get('driver_version') ?? '')?.[0] ?? null;
	return {gpu: {index: Number(index), uuid, name, pciAddress, memoryTotalMiB}, driverVersion};
}

const parseMask = (text: string | undefined): string | null => /^0x[\da-f]+$/i.exec(text ?? '')?.[0] ?? null;
