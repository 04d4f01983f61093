import {countNoun, formatInterval, formatPercent} from './figures.ts';
import {buildSection, type Read, type Section} from './section.ts';
import type {ControlRow, Controls} from './summary.ts';

const CONTROL: readonly Read<ControlRow>[] = [
	{title: 'GPU', side: 'right', keep: 8, read: ({gpuId}) => `${gpuId ?? '-'}`},
	{title: 'model', side: 'left', keep: 9, min: 12, read: ({model}) => model},
	{title: 'node', side: 'right', keep: 5, read: ({node}) => `${node ?? '-'}`},
	{title: 'n', side: 'right', keep: 6, read: ({n}) => `${n}`},
	{title: 'difference', side: 'right', keep: 8, read: ({differencePercent}) => formatPercent(differencePercent)},
	{title: '95 % interval', side: 'right', keep: 7, read: ({interval}) => (interval ? formatInterval(interval) : '-')},
	{
		title: 'bound',
		side: 'right',
		keep: 4,
		read: ({boundPercent}) => (boundPercent === null ? '-' : formatPercent(boundPercent)),
	},
	{title: 'verdict', side: 'left', keep: 9, read: ({verdict}) => verdict},
];

/** Local against local; null where none was planned or has a pair yet. */
export const describeControls = (controls: Controls | null): Section | null =>
	controls &&
	buildSection('A/A controls: the local cell against itself', [judgeSession(controls)], CONTROL, controls.rows);

function judgeSession({planned, rejected, rows}: Controls): string {
	if (rejected > 0) {
		return `${rejected} of ${countNoun(planned, 'control')} ${rejected === 1 ? 'differs' : 'differ'} from itself after Holm's adjustment: no comparison of this session is valid`;
	}
	const open = rows.length < planned ? `, ${planned - rows.length} without a pair yet` : '';
	return `${countNoun(planned, 'control')}${open}; none is found to differ, adjusted for all of them (Holm); a penalty has to exceed its bound`;
}
