import {toOneLine} from '../text.ts';
import type {Analysis} from './analysis.ts';
import {type KeyFigures, readKeyFigures} from './key-figures.ts';

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

/** A line for each capture, RFC 4180 quoting, full precision, empty where there is no number. */
export function formatAnalysisCsv({captures}: Analysis): string {
	const lines = captures.map(readKeyFigures).map((figures) => NAMES.map((name) => quote(figures[name])).join(','));
	return `${[NAMES.join(','), ...lines].join('\n')}\n`;
}

function quote(value: string | number | null): string {
	const text = String(value ?? '');
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const TITLES = [
	'| capture | GPU | node | model | batches | latency p50 us | H2D GB/s | D2H GB/s | kernels ms | overlap % | idle % |',
	'|---|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|',
];

/** A table with a line for each capture, rounded for reading. */
export function formatAnalysisMarkdown({captures}: Analysis): string {
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
	return `${[...TITLES, ...lines].join('\n')}\n`;
}

const scale = (value: number | null, unit: number): string | undefined =>
	value === null ? undefined : (value / unit).toFixed(2);

const escapeMarkdown = (value: string | number | null | undefined): string =>
	toOneLine(String(value ?? '-'))
		.replaceAll('\\', '\\\\')
		.replaceAll('|', '\\|');
