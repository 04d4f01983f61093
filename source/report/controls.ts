import type {ExperimentRecord} from '../journal/state.ts';
import {getResult, getThroughput, groupBy, isMeasured} from './cells.ts';
import {labelConfigurations} from './comparison-labels.ts';
import {identify, isWhole} from './configuration.ts';
import {computeInterval, type Effect, estimateEffect, isEstimate, testDifference, toPenaltyPercent} from './effect.ts';
import {formatInterval, formatPercent} from './figures.ts';
import {adjustHolm} from './holm.ts';
import {type Pair, pairByBlock, takeLogRatio} from './pairs.ts';
import type {ControlRow, Controls, Interval} from './summary.ts';
import {LEAST_BLOCKS, LEVEL} from './verdict.ts';

/** A reference cell and the same cell once more in every block: local against local. */
export type Control = {
	readonly key: string;
	readonly experiment: ExperimentRecord['experiment'];
	readonly pairs: readonly Pair[];
};

/** Where a control belongs to: one node of one GPU with one configuration. */
export const keyOfControl = (experiment: ExperimentRecord['experiment'], node: number | null): string =>
	`${node} ${identify(experiment)}`;

/** Every control of the plan, also those without a pair, by their key. */
export function matchControls(records: readonly ExperimentRecord[]): ReadonlyMap<string, Control> {
	const byKey = groupBy(
		records.filter(({experiment}) => experiment.role === 'control' && isWhole(experiment)),
		keyOfRecord,
	);
	if (byKey.size === 0) return new Map();
	const locals = groupBy(
		records.filter((record) => isMeasured(record) && isWhole(record.experiment) && byKey.has(keyOfRecord(record))),
		keyOfRecord,
	);
	return new Map([...byKey].flatMap(([key, again]) => match(key, locals.get(key) ?? [], again)));
}

const keyOfRecord = ({experiment}: ExperimentRecord): string => keyOfControl(experiment, experiment.numaNode);

type Records = readonly ExperimentRecord[];

function match(key: string, local: Records, remote: Records): readonly (readonly [string, Control])[] {
	const [first] = remote;
	if (!first) return [];
	const device = local.map((record) => getResult(record)?.device).find((one) => one !== undefined);
	const read = (record: ExperimentRecord): number | null => {
		const result = getResult(record);
		return result?.status === 'succeeded' && result.device === device ? getThroughput(result) : null;
	};
	return [[key, {key, experiment: first.experiment, pairs: pairByBlock({local, remote}, read)}]];
}

type Measured = {readonly control: Control; readonly effect: Effect};

/** null where the plan has no controls. They are a family of their own, which says whether the method finds what is not there. */
export function judgeControls(controls: ReadonlyMap<string, Control>): Controls | null {
	if (controls.size === 0) return null;
	const measured = [...controls.values()].flatMap(measure);
	const labels = labelConfigurations(measured.map(({control}) => control));
	const ps = measured.map(({effect}) => (isEstimate(effect) ? testDifference(effect) : null));
	const adjusted = adjustHolm(ps, controls.size);
	const rows = measured.map((one, index) =>
		buildRow(one, {model: labels[index] ?? '', p: ps[index] ?? null, pHolm: adjusted[index] ?? null}),
	);
	return {planned: controls.size, rejected: rows.filter(({differs}) => differs).length, rows};
}

function measure(control: Control): readonly Measured[] {
	const effect = estimateEffect(control.pairs.map(takeLogRatio));
	return effect ? [{control, effect}] : [];
}

function buildRow(
	{control: {key, experiment}, effect}: Measured,
	found: Pick<ControlRow, 'model' | 'p' | 'pHolm'>,
): ControlRow {
	const interval = isEstimate(effect) ? computeInterval(effect) : null;
	const differs = effect.n >= LEAST_BLOCKS && found.pHolm !== null && found.pHolm < LEVEL;
	return {
		key,
		gpuId: experiment.gpuId,
		node: experiment.numaNode,
		...found,
		differencePercent: toPenaltyPercent(effect.mean),
		interval,
		boundPercent: findBound(effect),
		n: effect.n,
		differs,
		verdict: describe(effect.n, interval, differs),
	};
}

/** What a penalty has to exceed: as much as equal sides differ, either way; null where one pair says nothing of scatter. */
export const findBound = (effect: Effect | null): number | null =>
	effect && isEstimate(effect) ? Math.abs(toPenaltyPercent(effect.mean)) : null;

function describe(n: number, interval: Interval | null, differs: boolean): string {
	if (interval === null) return 'single run, no interval';
	if (differs) return 'differs from itself';
	return n < LEAST_BLOCKS ? `fewer than ${LEAST_BLOCKS} blocks` : 'no difference found';
}

/** `0.1 % (-0.4 to 0.6 %)`. */
export const formatControl = ({
	differencePercent,
	interval,
}: Pick<ControlRow, 'differencePercent' | 'interval'>): string =>
	interval ? `${formatPercent(differencePercent)} (${formatInterval(interval)})` : formatPercent(differencePercent);
