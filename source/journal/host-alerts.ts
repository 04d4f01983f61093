import type {Alert} from './select-alerts.ts';
import type {RunState} from './state.ts';

const LOW_DISK_MIB = 1024;
/** Less swap than this share of the memory is what every host has that was up for a while. */
const SWAP_SHARE = 0.01;

/** What concerns the host or the run as a whole. */
export const findHostAlerts = (state: RunState): readonly Alert[] => [
	...(state.closed ? [] : [...findStorage(state), ...findLowDisk(state), ...findLost(state), ...findSwap(state)]),
	...findAnomalies(state),
];

const say = (level: Alert['level'], word: string, text: string, advice: string): Alert => ({
	level,
	lane: null,
	word,
	text,
	advice,
	forMs: null,
});

const findStorage = ({storageProblem}: RunState): readonly Alert[] =>
	storageProblem === null
		? []
		: [
				say(
					'critical',
					'disk',
					`the disk refuses facts, nothing new starts: ${storageProblem}`,
					'free space where the run is written',
				),
			];

function findLowDisk({host, waitingBytes}: RunState): readonly Alert[] {
	const freeMiB = host?.sample.diskFreeMiB ?? null;
	const neededMiB = waitingBytes / 2 ** 20;
	if (freeMiB === null || (freeMiB >= LOW_DISK_MIB && freeMiB >= neededMiB)) return [];
	const needed = `what waits is estimated to need ${Math.ceil(neededMiB)} MiB`;
	return [
		say(
			freeMiB < neededMiB ? 'critical' : 'warning',
			'disk',
			`disk low: ${Math.floor(freeMiB)} MiB free, ${needed}`,
			'free space where the run is written; results that are committed are safe',
		),
	];
}

const findLost = ({telemetryLost}: RunState): readonly Alert[] =>
	telemetryLost === null
		? []
		: [
				say(
					'warning',
					'telemetry',
					`no GPU telemetry: ${telemetryLost}`,
					'nvidia-smi   # the run goes on, its screen is blind',
				),
			];

function findSwap({host}: RunState): readonly Alert[] {
	const {swapUsedMiB = null, memoryTotalMiB = null} = host?.sample ?? {};
	if (swapUsedMiB === null || memoryTotalMiB === null || swapUsedMiB <= memoryTotalMiB * SWAP_SHARE) return [];
	return [say('note', 'swap', 'the host swaps: memory is short, latencies suffer', 'free -m   # who uses it')];
}

function findAnomalies({anomalies, anomalyCount}: RunState): readonly Alert[] {
	const [first] = anomalies;
	if (first === undefined) return [];
	const facts = anomalyCount === 1 ? '1 fact' : `${anomalyCount} facts`;
	return [
		say(
			'warning',
			'journal',
			`journal: ${facts} cannot be true and ${anomalyCount === 1 ? 'is' : 'are'} not counted, the first: ${first}`,
			'keep the run folder and report it',
		),
	];
}
