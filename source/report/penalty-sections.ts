import {formatControl} from './controls.ts';
import {formatExpectation} from './expectation.ts';
import {formatInterval, formatPercent, formatRate} from './figures.ts';
import {EXPLAIN_EXPECTATION, explainVerdicts, hasIntervals, nameModelPenalties} from './penalty-text.ts';
import {buildSection, type Read, type Section} from './section.ts';
import type {Judgement, ModelPenaltyRow, Penalties, PenaltyRow} from './summary.ts';

const right = <T>(title: string, read: (row: T) => string): Read<T> => ({title, side: 'right', keep: 9, read});
const left = <T>(title: string, read: (row: T) => string): Read<T> => ({title, side: 'left', keep: 9, read});

const INTERVAL = right<Judgement>('95 % interval', ({interval}) => (interval ? formatInterval(interval) : '-'));
const VERDICT = left<Judgement>('verdict', ({verdict}) => verdict);

const PENALTY: readonly Read<PenaltyRow>[] = [
	right('GPU', ({gpuId}) => `${gpuId}`),
	left('model', ({model}) => model),
	right('nodes', ({localNode, remoteNode}) => `${localNode}:${remoteNode}`),
	right('distance', ({distance}) => `${distance ?? '-'}`),
	right('local/s', (row) => formatRate(row.localSamplesPerS)),
	right('remote/s', (row) => formatRate(row.remoteSamplesPerS)),
	right('n', ({n}) => `${n}`),
	right('penalty', (row) => formatPercent(row.penaltyPercent)),
	INTERVAL,
	right('A/A (interval)', ({control}) => (control ? formatControl(control) : '-')),
	left('bound by', ({cause}) => cause ?? '-'),
	right('old expectation', ({expectation}) => (expectation ? formatExpectation(expectation) : '-')),
	VERDICT,
];

const MODEL: readonly Read<ModelPenaltyRow>[] = [
	left('model', ({model}) => model),
	right('GPUs', ({gpuIds}) => gpuIds.join(',')),
	right('distance', ({distance}) => `${distance ?? '-'}`),
	right('n', ({n}) => `${n}`),
	right('penalty', (row) => formatPercent(row.penaltyPercent)),
	INTERVAL,
	VERDICT,
];

/** The penalty tables for Markdown, where every column has room. */
export function listPenaltySections(penalties: Penalties): readonly Section[] {
	if (penalties.kind === 'none') return [];
	const {formula, rows, models} = penalties;
	const remarks = [
		`${formula}; nodes are local:remote`,
		...(hasIntervals(rows) ? [explainVerdicts(penalties)] : []),
		...(rows.some(({expectation}) => expectation) ? [EXPLAIN_EXPECTATION] : []),
	];
	const sections = [
		buildSection('local against remote memory', remarks, PENALTY, rows),
		buildSection(`penalty ${nameModelPenalties(penalties)}`, [], MODEL, models),
	];
	return sections.filter((section) => section !== null);
}
