import {findHead, type SuiteFile} from '../plan/compose.ts';
import {expandPlan} from '../plan/expand.ts';
import {checkFlags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {NO_MACHINE} from './no-machine.ts';
import {composeWith, listSuites, readOverrides} from './prepare.ts';

/** `warpdeck suites`: what can be run, and how much it is; a suite that cannot be read is listed with its fault. */
export async function run({flags}: Invocation): Promise<number> {
	checkFlags('suites', flags, ['json', 'suites']);
	const suites = await listSuites(flags);
	const rows = suites.map((file) => describe(file, suites));
	if (flags.json) process.stdout.write(`${JSON.stringify(rows, null, '\t')}\n`);
	else {
		const width = Math.max(...rows.map(({name}) => name.length));
		for (const row of rows)
			process.stdout.write(`${row.name.padEnd(width)}  ${row.problem ?? `${describeSize(row)}  ${row.description}`}\n`);
	}
	return 0;
}

type Row = {readonly total: number; readonly distinct: number; readonly phases?: number};

const describeSize = ({total, distinct, phases}: Row): string => {
	const cells = `${total} cells (${distinct} distinct)`;
	return phases === undefined ? cells : `campaign of ${phases} phases, ${cells}`;
};

function describe(file: SuiteFile, suites: readonly SuiteFile[]) {
	const {name, origin} = file;
	try {
		const composition = composeWith(readOverrides([name]), {}, suites, 0);
		const {cells, campaign} = expandPlan(composition, {machine: NO_MACHINE, python: null, seed: 0});
		const distinct = cells.filter(({duplicateOf}) => duplicateOf === null).length;
		const description = findHead(composition)?.suite.experiment.description ?? '';
		const phases = campaign ? {phases: campaign.phases.length} : {};
		return {name, origin, description, total: cells.length, distinct, ...phases, problem: null};
	} catch (error) {
		return {
			name,
			origin,
			description: '',
			total: 0,
			distinct: 0,
			problem: error instanceof Error ? error.message : String(error),
		};
	}
}
