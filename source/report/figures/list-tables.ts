import type {RunState} from '../../journal/state.ts';
import {selectCells} from '../cells.ts';
import {listPenaltyTests} from '../penalty-tests.ts';
import type {Summary} from '../summary.ts';
import {readRow} from '../summary-tables.ts';
import type {Figure, Table} from './figure.ts';
import {flattenRows} from './flatten.ts';

export type NamedTable = {
	/** Also the name of its files. */
	readonly name: string;
	readonly title: string;
	readonly table: Table;
};

/** The cells, the numbers behind each figure, and what no figure shows; nothing empty. */
export function listTables(state: RunState, summary: Summary, figures: readonly Figure[]): readonly NamedTable[] {
	const {penalties, controls, study, failures, invalidations, degradations, campaign} = summary;
	const drawn = figures.flatMap((figure) =>
		figure.kind === 'drawn' ? [{name: figure.name, title: figure.title, table: figure.table}] : [],
	);
	const others = [
		flat('cells', 'Cells', selectCells(state).map(readRow)),
		flat('model-penalties', 'Penalties by model', penalties.kind === 'none' ? [] : penalties.models),
		flat('penalty-tests', 'Penalties by other tests', listPenaltyTests(state)),
		flat(
			'controls',
			'Local against local',
			(controls?.rows ?? []).map(({key: _, ...row}) => row),
		),
		flat('cpu-and-memory', 'CPUs or memory on the other node', study.splits),
		flat('scaling-fits', 'Scaling: fitted exponents', study.exponents),
		flat('crossover-depths', 'Crossover depths', study.crossovers),
		flat('efficiency', 'Scaling over GPUs', study.efficiencies),
		flat('phases', 'Phases of the campaign', describeCampaign(campaign)),
		flat('failures', 'Failures', failures),
		flat('invalid', 'Invalid: kept, and in no average', invalidations),
		flat('degraded', 'Degraded: measured, but not what was declared', degradations),
	];
	return [...drawn, ...others].filter(({table}) => table.rows.length > 0);
}

/** What is one number or one word of each phase; conditions and postponed experiments stand in experiment_summary.json. */
const describeCampaign = (campaign: Summary['campaign']): readonly object[] =>
	(campaign?.phases ?? []).map(({phase, status, counts, laneHours, backup}) => ({
		name: phase.name,
		title: phase.title,
		state: status.kind,
		...counts,
		hours: laneHours,
		...(phase.hours ? {hoursExpected: phase.hours} : {}),
		backup,
	}));

const flat = (name: string, title: string, rows: readonly object[]): NamedTable => ({
	name,
	title,
	table: flattenRows(rows),
});
