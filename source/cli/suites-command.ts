import {compose, type SuiteFile} from '../plan/compose.ts';
import {expandPlan} from '../plan/expand.ts';
import {checkFlags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {NO_MACHINE} from './no-machine.ts';
import {findWorkloadBeside, listSuites} from './prepare.ts';

/** `warpdeck suites`: what can be run, and how much it is; a suite that cannot be read is listed with its fault. */
export async function run({flags}: Invocation): Promise<number> {
	checkFlags('suites', flags, ['json', 'suites']);
	const rows = (await listSuites(flags)).map(describe);
	if (flags.json) process.stdout.write(`${JSON.stringify(rows, null, '\t')}\n`);
	else {
		const width = Math.max(...rows.map(({name}) => name.length));
		for (const row of rows)
			process.stdout.write(
				`${row.name.padEnd(width)}  ${row.problem ?? `${row.total} cells (${row.distinct} distinct)  ${row.description}`}\n`,
			);
	}
	return 0;
}

function describe(file: SuiteFile) {
	const {name, origin} = file;
	try {
		const composition = compose({
			overrides: [],
			multirun: false,
			suites: [file],
			defaultSuite: name,
			seed: 0,
			env: process.env,
			findWorkload: findWorkloadBeside([file]),
		});
		const {cells} = expandPlan(composition, {machine: NO_MACHINE, python: null, seed: 0});
		const distinct = cells.filter(({duplicateOf}) => duplicateOf === null).length;
		const description = composition.jobs[0]?.suite.experiment.description ?? '';
		return {name, origin, description, total: cells.length, distinct, problem: null};
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
