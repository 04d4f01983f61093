import {judgeHeat, readThrottles} from '../domain/gpu-limits.ts';
import {findHostAlerts} from './host-alerts.ts';
import {listReady} from './phase-order.ts';
import {type LaneView, type RunningView, selectLanes} from './select-lanes.ts';
import type {LaneState, RunState} from './state.ts';
import {getAt} from './vector.ts';

/** Something that a person should know now and that no fact says. */
export type Alert = {
	readonly level: 'critical' | 'warning' | 'note';
	/** null when it concerns the run or the host. */
	readonly lane: string | null;
	/** Stands on the lane itself: `stalled`. */
	readonly word: string;
	/** Does not change while the alert lasts, so that a screen need not send it again. */
	readonly text: string;
	readonly advice: string;
	/** How long it is so already, where that is known. */
	readonly forMs: number | null;
};

const LEVELS: readonly Alert['level'][] = ['critical', 'warning', 'note'];
const LOW_UTILIZATION_PERCENT = 80;
/** Shorter measurements say nothing about how well a GPU is fed. */
const MIN_MEASURING_MS = 3000;
/** The driver averages utilization over up to a second. */
const UTILIZATION_WINDOW_MS = 1000;
const IDLE_MS = 30_000;
const SILENT_MS = 60_000;
/** So many times the usual duration of its phase may pass before silence means something. */
const SILENT_PHASES = 3;

/** The most severe first, and of equally severe ones the newest. */
export function selectAlerts(state: RunState, now: number, lanes = selectLanes(state, now)): readonly Alert[] {
	const own = state.opened && !state.closed ? [...findLaneAlerts(state, lanes, now), ...findStale(state, lanes)] : [];
	const age = ({forMs}: Alert) => forMs ?? Number.MAX_VALUE;
	return [...own, ...findHostAlerts(state)].sort(
		(a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || age(a) - age(b),
	);
}

function findLaneAlerts(state: RunState, lanes: readonly LaneView[], now: number): readonly Alert[] {
	return lanes.flatMap((lane) => {
		const at = (alert: Omit<Alert, 'lane'>): Alert => ({
			...alert,
			lane: lane.id,
			text: `${lane.label}: ${alert.text}`,
		});
		const stalled = findStalled(lane.running);
		return [
			...stalled,
			...findThrottles(lane),
			...findHeat(lane),
			// What has stalled is idle for a reason that is told already.
			...(stalled.length > 0 ? [] : findLowUtilization(lane)),
			...findIdle(state, state.lanes.get(lane.id), now),
		].map(at);
	});
}

type LaneAlert = Omit<Alert, 'lane'>;

function findStalled(running: RunningView | null): readonly LaneAlert[] {
	if (!running || running.silentMs === null) return [];
	const {id, phase, silentMs} = running;
	if (silentMs <= Math.max(SILENT_MS, SILENT_PHASES * (phase?.usuallyMs ?? 0))) return [];
	const where = phase ? ` in ${phase.name}` : '';
	return [
		{
			level: 'critical',
			word: 'stalled',
			text: `${id} says nothing${where}`,
			advice: 'Enter shows its log; its time limit ends it',
			forMs: silentMs,
		},
	];
}

function findHeat({telemetry}: LaneView): readonly LaneAlert[] {
	if (telemetry.kind !== 'gpu' || telemetry.isStale) return [];
	const heat = judgeHeat(telemetry.sample.celsius);
	if (heat !== 'hot' && heat !== 'critical') return [];
	const level = heat === 'critical' ? 'critical' : 'warning';
	return [
		{
			level,
			word: level === 'critical' ? 'too hot' : 'hot',
			text: level === 'critical' ? 'temperature near its limit' : 'temperature high',
			advice: 'nvidia-smi -q -d TEMPERATURE   # the limits of this GPU',
			forMs: null,
		},
	];
}

/** What lies between the begin of the timed window and the sample; null when the sample is not from within. */
function findMeasuredMs({telemetry, running}: LaneView): number | null {
	if (telemetry.kind !== 'gpu' || telemetry.isStale || running?.phase?.name !== 'measure') return null;
	const ms = running.phase.forMs - telemetry.ageMs;
	return ms < 0 ? null : ms;
}

function findThrottles(lane: LaneView): readonly LaneAlert[] {
	if (findMeasuredMs(lane) === null || lane.telemetry.kind !== 'gpu') return [];
	const [worst] = readThrottles(lane.telemetry.sample.throttleReasons) ?? [];
	if (!worst || worst.kind === 'setting') return [];
	return [
		{
			level: worst.kind === 'slowdown' ? 'warning' : 'note',
			word: worst.kind === 'slowdown' ? 'throttled' : 'power cap',
			text: `throttled while measuring: ${worst.words}`,
			advice:
				worst.kind === 'slowdown'
					? 'its result will stand in no average; why it slows down: nvidia-smi -q -d PERFORMANCE'
					: 'compare its clock with that of the other GPUs before you trust the number',
			forMs: null,
		},
	];
}

function findLowUtilization(lane: LaneView): readonly LaneAlert[] {
	const measuredMs = findMeasuredMs(lane);
	if (measuredMs === null || measuredMs < UTILIZATION_WINDOW_MS || lane.telemetry.kind !== 'gpu') return [];
	const percent = lane.telemetry.sample.utilizationPercent;
	const forMs = lane.running?.phase?.forMs ?? 0;
	if (percent === null || percent >= LOW_UTILIZATION_PERCENT || forMs < MIN_MEASURING_MS) return [];
	return [
		{
			level: 'warning',
			word: 'low util',
			text: `utilization under ${LOW_UTILIZATION_PERCENT} % while measuring: CPU-bound?`,
			advice: 'a larger batch_size or queue_depth shows whether the GPU waits for the CPU',
			forMs: null,
		},
	];
}

/** Work waits, nothing runs, and no rule of the run keeps it waiting. */
function findIdle(state: RunState, lane: LaneState | undefined, now: number): readonly LaneAlert[] {
	if (!lane || lane.freeSince === null || lane.waiting === 0 || lane.lane.gpuId === null) return [];
	if (lane.held || lane.paused || state.paused || lane.quarantined || isBehindPhases(state, lane)) return [];
	const since = findFreeSince(state, lane, lane.freeSince);
	if (since === null || now - since <= IDLE_MS) return [];
	return [
		{
			level: 'warning',
			word: 'idle',
			text: `idle although ${lane.waiting} wait and nothing holds them`,
			advice: 'the messages say what was tried last; warpdeck resume takes the run over if its runner hangs',
			forMs: now - since,
		},
	];
}

/** What waits there waits for a phase, or for somebody. */
const isBehindPhases = ({campaign}: RunState, {lane}: LaneState): boolean =>
	campaign !== null && !listReady(campaign).some(({lanes}) => (lanes.get(lane.id)?.waiting ?? 0) > 0);

/** null while something holds the lane's work; what shares workers or a socket may have waited for the last end. */
function findFreeSince(state: RunState, {queue, next}: LaneState, freeSince: number): number | null {
	const {opened, draining, stopping, storageProblem, counts, lanes} = state;
	if (!opened || draining !== null || stopping !== null || storageProblem !== null) return null;
	if (counts.active >= opened.maxWorkers) return null;
	const head = getAt(state.experiments, queue[next] ?? -1)?.experiment;
	const isAlone = head !== undefined && head.exclusive !== 'gpu';
	if (isAlone && counts.active > 0) return null;
	if (!isAlone && opened.maxWorkers >= lanes.size) return freeSince;
	return [...lanes.values()].reduce((latest, lane) => Math.max(latest, lane.freeSince ?? 0), freeSince);
}

/** Said once when it concerns several GPUs, because one tool asks them all. */
function findStale({telemetryLost}: RunState, lanes: readonly LaneView[]): readonly Alert[] {
	const stale = lanes.filter(({telemetry}) => telemetry.kind === 'gpu' && telemetry.isStale);
	const [first] = stale;
	if (telemetryLost !== null || !first || first.telemetry.kind === 'none') return [];
	return [
		{
			level: 'warning',
			lane: stale.length === 1 ? first.id : null,
			word: 'stale',
			text: `${stale.length === 1 ? first.label : `${stale.length} GPUs`}: telemetry has stopped, what is shown is old`,
			advice: 'nvidia-smi   # does the driver still answer?',
			forMs: first.telemetry.ageMs,
		},
	];
}
