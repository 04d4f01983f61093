import {type Binding, type ExperimentResult, listInvalid, type Placement} from '../../../domain/experiment.ts';
import {PHASES} from '../../../domain/phases.ts';
import type {ExperimentView} from '../../../journal/select-experiment.ts';
import {describeOutcome} from '../../../report/outcome-text.ts';
import {formatDuration} from '../../parts/duration.ts';
import {type Line, part, rule} from '../../parts/line.ts';
import {formatMs, formatNumber} from '../../parts/units.ts';
import {PHASE_WORDS} from '../lane-words.ts';
import {layAttempts} from './attempts.ts';
import {layLeft} from './left.ts';
import type {DetailModel} from './model.ts';
import {layField, layNote, layParts, type PageLayout, STATUS_TONES} from './page.ts';
import {layPercentiles} from './percentiles.ts';

/** What it is, how it stands and why, and its attempts. */
export function layOverview(model: DetailModel, layout: PageLayout): readonly Line[] {
	const {view, problems} = model;
	const {width, glyphs} = layout;
	return [
		...layState(view, layout),
		...layPlace(view, layout),
		...layMeasured(model, layout),
		rule('attempts', width, glyphs),
		...layAttempts(model, layout),
		...problems.flatMap((problem) => layNote(problem, layout, 'degraded')),
	];
}

function layState(view: ExperimentView, layout: PageLayout): readonly Line[] {
	const {status, result} = view;
	const state = [...layField('state', describeState(view), layout, STATUS_TONES[status]), ...layRole(view, layout)];
	if (result && (status === 'degraded' || status === 'invalid')) return [...state, ...layReasons(result, layout)];
	if (status !== 'failed' || !result?.failure) return state;
	const {message, advice} = result.failure;
	return [...state, ...layField('because', message, layout), ...layField('try', advice, layout, 'strong')];
}

/** What a pass found is on a page of its own, and its throughput is not to be read as one. */
function layRole({experiment: {role, profiler}}: ExperimentView, layout: PageLayout): readonly Line[] {
	if (role !== 'profile') return [];
	return layField(
		'pass',
		`under ${profiler ?? 'a profiler'}, in no timed figure; 7 shows what it found`,
		layout,
		'strong',
	);
}

/** Why it stands in no figure comes first, then why it is not what was declared. */
function layReasons(result: ExperimentResult, layout: PageLayout): readonly Line[] {
	const reasons = [
		...listInvalid(result).map((reason) => ({reason, tone: 'invalid'}) as const),
		...result.degraded.map((reason) => ({reason, tone: 'degraded'}) as const),
	];
	return reasons.flatMap(({reason, tone}, index) => layField(index === 0 ? 'because' : '', reason, layout, tone));
}

function describeState(view: ExperimentView): string {
	const {status, phase, progress, outcome, queue, postponed, requeued, result, isBundled} = view;
	switch (status) {
		case 'waiting':
			return `${describeWaiting(queue)}${requeued ? `; once more: ${requeued}` : ''}`;
		case 'postponed':
			return `postponed: ${postponed}; a resumed run tries it again`;
		case 'skipped':
			return `skipped: ${postponed}; it is not tried before somebody asks: warpdeck retry`;
		case 'launching':
			return 'launching: its process is being made';
		case 'running': {
			const stage = phase ? `, ${phase.title ?? PHASE_WORDS[phase.name]} for ${formatDuration(phase.forMs)}` : '';
			return `running${stage}${progress ? `, ${progress.done} of ${progress.total}${isBundled ? ' batches' : ''}` : ''}`;
		}
		case 'ended':
			return `ended${outcome ? ` (${describeOutcome(outcome)})` : ''}, its result is being written`;
		case 'failed':
			return `failed (${result?.failure?.kind ?? 'unknown'})${outcome ? `: ${describeOutcome(outcome)}` : ''}`;
		default:
			return `${status}${outcome ? `: ${describeOutcome(outcome)}` : ''}`;
	}
}

function describeWaiting(queue: ExperimentView['queue']): string {
	if (queue?.held) return 'waiting, and nothing more will start';
	if (queue?.blocked) return `waiting, and nothing starts on its lane: ${queue.blocked}`;
	if (!queue || queue.ahead === 0) return 'waiting, the next on its lane';
	return `waiting, ${queue.ahead} before it on its lane`;
}

function layPlace(view: ExperimentView, layout: PageLayout): readonly Line[] {
	const {experiment, result} = view;
	const {model, block, job, binding, lane} = experiment;
	const device = [result?.device ?? `planned ${experiment.device}`, result?.deviceName ?? '', listVersions(result)];
	return [
		layParts(
			'model',
			[part(model ?? 'none', 'strong', 9), part(`block ${block}`), part(`job ${job}`), part(`lane ${lane}`)],
			layout,
		),
		...layField('GPU', describeGpu(view), layout),
		...layField('NUMA node', describeNode(view), layout, view.locality === 'remote' ? 'strong' : 'plain'),
		...layField('binding', describeBinding(binding), layout),
		...layPlacement(result, layout),
		...layField('device', device.filter(Boolean).join(', '), layout),
	];
}

function describeGpu({experiment: {gpuId, device}, gpu}: ExperimentView): string {
	if (gpuId !== null && device !== 'cuda') return `none: the suite names GPU ${gpuId}, and it runs on the CPU`;
	if (gpuId === null) return 'none: it runs on the CPU';
	if (!gpu) return `${gpuId}, which the machine's list does not have`;
	const node = gpu.numaNode === null ? 'node unknown' : `on node ${gpu.numaNode}`;
	return [`${gpuId}`, gpu.name, gpu.pciAddress, node].join(', ');
}

function describeNode({experiment: {numaNode}, locality, gpu}: ExperimentView): string {
	if (numaNode === null) return 'none';
	if (locality === 'local') return `${numaNode}, local: the GPU is on it`;
	if (locality === 'remote') return `${numaNode}, remote: the GPU is on node ${gpu?.numaNode}`;
	if (locality === 'unknown')
		return `${numaNode}, local or remote is unknown: the machine does not say where the GPU is`;
	return `${numaNode}`;
}

function describeBinding(binding: Binding): string {
	if (binding.kind === 'strict') return `strict: CPUs and memory of node ${binding.node}`;
	if (binding.kind === 'cpu') return `cpu: only CPUs of node ${binding.node} (${binding.reason})`;
	return `off (${binding.reason})`;
}

function layPlacement(result: ExperimentResult | null, layout: PageLayout): readonly Line[] {
	if (!result) return [];
	if (result.placement.length === 0) return layField('placement', 'N/A: its workload said nothing of it', layout);
	return result.placement.flatMap((one, index) =>
		layField(index === 0 ? 'placement' : '', describePlacement(one), layout),
	);
}

function describePlacement({what, nodePages, pageKiB, cpusAllowed, reason}: Placement): string {
	const pages = Object.entries(nodePages).map(([node, count]) => `${count} on node ${node}`);
	const size = pageKiB === null ? '' : ` of ${pageKiB} KiB`;
	const where =
		pages.length > 0 ? `pages${size}: ${pages.join(', ')}` : `pages N/A${reason === null ? '' : ` (${reason})`}`;
	return `${what}, ${where}${cpusAllowed === null ? '' : `; CPUs ${cpusAllowed}`}`;
}

const listVersions = (result: ExperimentResult | null): string =>
	Object.entries(result?.versions ?? {})
		.map(([name, version]) => `${name} ${version ?? 'N/A'}`)
		.join(', ');

function layMeasured({view, latency}: DetailModel, layout: PageLayout): readonly Line[] {
	const {result} = view;
	const percentiles = layPercentiles(latency, layout);
	if (!result) return [percentiles];
	const {throughputSamplesPerS, windowS, phasesS, peakHostMemoryMiB, peakGpuMemoryMiB} = result;
	const rate = throughputSamplesPerS === null ? 'N/A' : `${formatNumber(throughputSamplesPerS, 1)} samples/s`;
	const phases = PHASES.flatMap((name) => {
		const seconds = phasesS[name];
		return seconds === undefined ? [] : [`${PHASE_WORDS[name]} ${formatNumber(seconds, 1)} s`];
	});
	const memory = (mib: number | null) => (mib === null ? 'N/A' : `${formatNumber(mib)} MiB`);
	return [
		layParts(
			'throughput',
			[part(rate, 'strong', 9), part(windowS === null ? '' : `in a window of ${formatMs(windowS)} s`)],
			layout,
		),
		percentiles,
		...layField('phases', phases.join('  ') || 'N/A: its workload named none', layout),
		...layLeft(view, layout),
		layParts(
			'peak memory',
			[part(`host ${memory(peakHostMemoryMiB)}`), part(`GPU ${memory(peakGpuMemoryMiB)}`)],
			layout,
		),
	];
}
