import type {PhaseSummary} from '../../../report/campaign/campaign-summary.ts';
import {
	countEnded,
	countToRun,
	describeGate,
	describeHours,
	explainStatus,
	nameStatus,
} from '../../../report/campaign/phase-words.ts';
import {type Cell, layColumns, type ToneColumn} from '../../parts/columns.ts';
import type {Line} from '../../parts/line.ts';
import type {Glyphs} from '../../theme.ts';
import {toneOfStatus} from './tones.ts';

type PhaseTable = {
	readonly phases: readonly PhaseSummary[];
	/** The window that is shown. */
	readonly first: number;
	readonly rows: number;
	/** Position of the phase that a cursor is on; null without one. */
	readonly cursor: number | null;
	readonly width: number;
	readonly glyphs: Glyphs;
};

const LEFT = {align: 'left'} as const;

/** Titles and a line a phase: where it stands, how much of it is done, its gate, its hours, what it waits for. */
export function layPhaseTable({phases, first, rows, cursor, width, glyphs}: PhaseTable): readonly Line[] {
	const shown = phases.slice(first, first + rows);
	const column = (
		title: string,
		keep: number,
		read: (phase: PhaseSummary, position: number) => Cell | string,
		more: Partial<ToneColumn> = {},
	): ToneColumn => ({
		title,
		keep,
		align: 'right',
		cells: shown.map((phase, index) => toCell(read(phase, first + index))),
		...more,
	});
	const mark = (position: number) => (position === cursor ? `${glyphs.cursor} ` : '  ');
	const columns = [
		column(
			shown.length < phases.length ? `  phase ${first + 1}-${first + shown.length} of ${phases.length}` : '  phase',
			10,
			({phase}, position) => ({text: `${mark(position)}${position + 1} ${phase.name}`, tone: 'strong'}),
			{...LEFT, shrinks: {min: 20, keep: 3}},
		),
		column('state', 9, ({status}) => ({text: nameStatus(status), tone: toneOfStatus(status)}), LEFT),
		column('done', 9, (phase) => `${countEnded(phase)}/${countToRun(phase)}`),
		column('f', 8, ({counts: {failed}}) => ({text: `${failed}`, tone: failed > 0 ? 'failed' : 'dim'})),
		column('i', 7, ({counts: {invalid}}) => (invalid > 0 ? {text: `${invalid}`, tone: 'invalid'} : '')),
		column('later', 6, ({counts: {postponed}}) => (postponed > 0 ? {text: `${postponed}`, tone: 'degraded'} : '')),
		column('gate', 5, (phase) => describeGate(phase), LEFT),
		column('hours', 6, (phase) => describeHours(phase)),
		column('backup', 2, ({backup, phase}) => (backup === null ? (phase.backup ? 'not yet' : '') : 'kept'), LEFT),
		column('waits for', 7, ({status}) => ({text: explainStatus(status), tone: toneOfStatus(status)}), {
			...LEFT,
			shrinks: {min: 29, keep: 4},
		}),
	];
	return layColumns(columns, shown.length, width, glyphs);
}

const toCell = (cell: Cell | string): Cell => (typeof cell === 'string' ? {text: cell} : cell);
