import type {AnalysedCapture} from './analysis.ts';
import type {CopyFigures} from './copies.ts';
import type {Profile} from './profile.ts';

/** One line about a capture: what tables of many captures compare. Several GPUs are added up or averaged. */
export type KeyFigures = {
	readonly file: string;
	readonly run_id: string | null;
	readonly model: string | null;
	readonly gpu: number | null;
	readonly numa_node: number | null;
	readonly batches: number | null;
	readonly batches_per_s: number | null;
	readonly latency_p50_us: number | null;
	readonly latency_p90_us: number | null;
	readonly h2d_p50_us: number | null;
	readonly compute_p50_us: number | null;
	readonly d2h_p50_us: number | null;
	readonly h2d_copies: number;
	readonly h2d_bytes: number;
	readonly h2d_bytes_per_s: number | null;
	readonly d2h_copies: number;
	readonly d2h_bytes: number;
	readonly d2h_bytes_per_s: number | null;
	readonly kernels: number;
	readonly kernel_total_us: number;
	readonly launch_delay_p50_us: number | null;
	readonly window_us: number | null;
	readonly busy_us: number | null;
	readonly idle_percent: number | null;
	readonly temporal_compression: number | null;
	readonly copy_kernel_overlap_us: number | null;
	readonly copy_overlap_percent: number | null;
	readonly gaps_over_1us: number;
	readonly gaps_us: number;
	readonly gaps_waiting_for_host_us: number;
	readonly graph_launches: number;
	readonly warnings: number;
};

const toUs = (ns: number | null | undefined): number | null => (ns === null || ns === undefined ? null : ns / 1e3);

export function readKeyFigures({file, capture, profile}: AnalysedCapture): KeyFigures {
	const {batches, graphs, kernels, warnings} = profile;
	const [h2d, d2h] = [sumCopies(profile, 'h2d'), sumCopies(profile, 'd2h')];
	const latency = batches?.latency ?? graphs?.batchLatency;
	return {
		file,
		run_id: capture.runId,
		model: capture.model,
		gpu: capture.gpuIndex,
		numa_node: capture.numaNode,
		batches: batches?.count ?? graphs?.batchLatency?.count ?? null,
		batches_per_s: batches?.batchesPerS ?? null,
		latency_p50_us: toUs(latency?.p50Ns),
		latency_p90_us: toUs(latency?.p90Ns),
		h2d_p50_us: toUs(batches?.h2d?.p50Ns),
		compute_p50_us: toUs(batches?.compute?.p50Ns),
		d2h_p50_us: toUs(batches?.d2h?.p50Ns),
		h2d_copies: h2d.count,
		h2d_bytes: h2d.bytes,
		h2d_bytes_per_s: h2d.bytesPerS,
		d2h_copies: d2h.count,
		d2h_bytes: d2h.bytes,
		d2h_bytes_per_s: d2h.bytesPerS,
		kernels: kernels.all?.count ?? 0,
		kernel_total_us: (kernels.all?.totalNs ?? 0) / 1e3,
		launch_delay_p50_us: toUs(profile.launchDelay?.p50Ns),
		...readDevices(profile),
		graph_launches: graphs?.launches ?? 0,
		warnings: warnings.length,
	};
}

/** Pinned and pageable ones together. */
function sumCopies({copies}: Profile, kind: string) {
	const own = copies.filter((copy) => copy.kind === kind);
	const sum = (read: (copy: CopyFigures) => number) => own.reduce((all, copy) => all + read(copy), 0);
	const [count, bytes, ns] = [sum((copy) => copy.count), sum((copy) => copy.bytes), sum((copy) => copy.totalNs)];
	return {count, bytes, bytesPerS: ns > 0 ? (1e9 * bytes) / ns : null};
}

function readDevices({devices}: Profile) {
	const sum = (read: (device: Profile['devices'][number]) => number) =>
		devices.reduce((all, device) => all + read(device), 0);
	const gaps = devices.flatMap(({streams}) => streams.map((stream) => stream.gaps));
	const [windowNs, busyNs, copyNs] = [sum((one) => one.windowNs), sum((one) => one.busyNs), sum((one) => one.copyNs)];
	const overlapNs = sum(({overlap}) => overlap.copyAndKernelNs);
	const isEmpty = devices.length === 0;
	return {
		window_us: isEmpty ? null : windowNs / devices.length / 1e3,
		busy_us: isEmpty ? null : busyNs / devices.length / 1e3,
		idle_percent: windowNs > 0 ? (100 * (windowNs - busyNs)) / windowNs : null,
		temporal_compression: isEmpty ? null : sum((one) => one.temporalCompression) / devices.length,
		copy_kernel_overlap_us: isEmpty ? null : overlapNs / 1e3,
		copy_overlap_percent: copyNs > 0 ? (100 * overlapNs) / copyNs : null,
		gaps_over_1us: gaps.reduce((all, {over1Us}) => all + over1Us, 0),
		gaps_us: gaps.reduce((all, {totalNs}) => all + totalNs, 0) / 1e3,
		gaps_waiting_for_host_us: gaps.reduce((all, {waitingForHostNs}) => all + waitingForHostNs, 0) / 1e3,
	};
}
