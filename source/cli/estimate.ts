import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {listRuns} from '../effects/find-run.ts';
import {chooseBaseDir} from './outputs.ts';
import type {Preparation} from './prepare.ts';

const RUNS_READ = 5;

/** Time from what earlier runs of the suite took; without one it is said that nobody knows. */
export async function estimateDuration({composition, plan}: Preparation): Promise<string> {
	const durations = readDurations(chooseBaseDir(composition), plan.suite);
	const known = plan.experiments.flatMap(({runId}) => durations.get(runId) ?? []);
	if (known.length === 0) return 'time: not known, because no earlier run of this suite is here';
	const usualS = known.reduce((sum, seconds) => sum + seconds, 0) / known.length;
	const byLane = Map.groupBy(plan.experiments, ({lane}) => lane);
	const laneS = [...byLane.values()].map((own) =>
		own.reduce((sum, {runId}) => sum + (durations.get(runId) ?? usualS), 0),
	);
	const totalS = laneS.reduce((sum, seconds) => sum + seconds, 0);
	const wallS = Math.max(...laneS, totalS / plan.maxWorkers);
	const measured = plan.experiments.filter(({runId}) => durations.has(runId)).length;
	return `time: about ${formatSpan(wallS)}, from earlier runs of ${measured} of ${plan.experiments.length} experiments`;
}

/** Mean duration in seconds by run_id, over the newest runs that have results. */
function readDurations(baseDir: string, suite: string): ReadonlyMap<string, number> {
	const seen = new Map<string, number[]>();
	for (const run of listRuns(baseDir)
		.filter(({name}) => name === suite || name === `${suite}_multirun`)
		.slice(0, RUNS_READ)) {
		for (const {run_id, duration, success, simulated} of readRecords(run.path)) {
			if (success && !simulated && typeof duration === 'number')
				seen.set(run_id, [...(seen.get(run_id) ?? []), duration]);
		}
	}
	return new Map([...seen].map(([id, all]) => [id, all.reduce((sum, seconds) => sum + seconds, 0) / all.length]));
}

type ResultRecord = {
	readonly run_id: string;
	readonly duration: unknown;
	readonly success: boolean;
	readonly simulated?: boolean;
};

/** A run without readable results teaches nothing, and is no reason to plan nothing. */
function readRecords(path: string): readonly ResultRecord[] {
	try {
		const records: unknown = JSON.parse(readFileSync(join(path, 'results.json'), 'utf8'));
		return Array.isArray(records) ? (records as ResultRecord[]) : [];
	} catch {
		return [];
	}
}

function formatSpan(seconds: number): string {
	if (seconds < 90) return `${Math.ceil(seconds)} s`;
	return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
