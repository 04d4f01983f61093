import {toOneLine} from '../text.ts';
import type {Analysis} from './analysis.ts';
import {type KeyFigures, readKeyFigures} from './key-figures.ts';
import {type NcuKeyFigures, readNcuKeyFigures} from './ncu-key-figures.ts';

const NAMES: readonly (keyof KeyFigures)[] = [
	'file',
	'run_id',
	'model',
	'gpu',
	'numa_node',
	'batches',
	'batches_per_s',
	'latency_p50_us',
	'latency_p90_us',
	'h2d_p50_us',
	'compute_p50_us',
	'd2h_p50_us',
	'h2d_copies',
	'h2d_bytes',
	'h2d_bytes_per_s',
	'd2h_copies',
	'd2h_bytes',
	'd2h_bytes_per_s',
	'kernels',
	'kernel_total_us',
	'launch_delay_p50_us',
	'window_us',
	'busy_us',
	'idle_percent',
	'temporal_compression',
	'copy_kernel_overlap_us',
	'copy_overlap_percent',
	'gaps_over_1us',
	'gaps_us',
	'gaps_waiting_for_host_us',
	'graph_launches',
	'warnings',
];
/** Behind the others, so that a reader by position goes on. */
const NCU_NAMES: readonly Exclude<keyof NcuKeyFigures, keyof KeyFigures>[] = [
	'profiler',
	'l2_hit_percent',
	'l1_hit_percent',
	'dram_throughput_percent',
	'sm_throughput_percent',
	'dram_bytes_per_s',
	'clock_control',
	'cache_control',
];
const ALL_NAMES = [...NAMES, ...NCU_NAMES] as const;

/** A line for each capture, RFC 4180 quoting, full precision, empty where there is no number. */
export function formatAnalysisCsv({captures, ncu = []}: Analysis): string {
	const rows: readonly Partial<KeyFigures & NcuKeyFigures>[] = [
		...captures.map((capture) => ({...readKeyFigures(capture), profiler: 'nsys'})),
		...ncu.map(readNcuKeyFigures),
	];
	const lines = rows.map((figures) => ALL_NAMES.map((name) => quote(figures[name])).join(','));
	return `${[ALL_NAMES.join(','), ...lines].join('\n')}\n`;
}

function quote(value: string | number | null | undefined): string {
	const text = String(value ?? '');
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const TITLES = [
	'| capture | GPU | node | model | batches | latency p50 us | H2D GB/s | D2H GB/s | kernels ms | overlap % | idle % |',
	'|---|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|',
];

/** A table with a line for each capture, rounded for reading. */
export function formatAnalysisMarkdown({captures, ncu = []}: Analysis): string {
	const tables = [
		...(captures.length === 0 && ncu.length > 0 ? [] : [tabulateCaptures(captures)]),
		...(ncu.length === 0 ? [] : [tabulateNcu(ncu)]),
	];
	return `${tables.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function tabulateCaptures(captures: Analysis['captures']): readonly string[] {
	const lines = captures.map(readKeyFigures).map((one) => {
		const cells = [
			one.run_id ?? one.file,
			one.gpu,
			one.numa_node,
			one.model,
			one.batches,
			one.latency_p50_us?.toFixed(1),
			scale(one.h2d_bytes_per_s, 1e9),
			scale(one.d2h_bytes_per_s, 1e9),
			scale(one.kernel_total_us, 1e3),
			one.copy_overlap_percent?.toFixed(1),
			one.idle_percent?.toFixed(1),
		];
		return `| ${cells.map(escapeMarkdown).join(' | ')} |`;
	});
	return [...TITLES, ...lines];
}

const NCU_TITLES = [
	'| report of ncu | GPU | node | model | kernels | L2 hit % | L1 hit % | DRAM % of peak | SM % of peak | DRAM GB/s |',
	'|---|--:|--:|---|--:|--:|--:|--:|--:|--:|',
];

function tabulateNcu(reports: NonNullable<Analysis['ncu']>): readonly string[] {
	const lines = reports.map(readNcuKeyFigures).map((one) => {
		const cells = [
			one.run_id ?? one.file,
			one.gpu,
			one.numa_node,
			one.model,
			one.kernels,
			one.l2_hit_percent?.toFixed(1),
			one.l1_hit_percent?.toFixed(1),
			one.dram_throughput_percent?.toFixed(1),
			one.sm_throughput_percent?.toFixed(1),
			scale(one.dram_bytes_per_s, 1e9),
		];
		return `| ${cells.map(escapeMarkdown).join(' | ')} |`;
	});
	return [...NCU_TITLES, ...lines];
}

const scale = (value: number | null, unit: number): string | undefined =>
	value === null ? undefined : (value / unit).toFixed(2);

const escapeMarkdown = (value: string | number | null | undefined): string =>
	toOneLine(String(value ?? '-'))
		.replaceAll('\\', '\\\\')
		.replaceAll('|', '\\|');
