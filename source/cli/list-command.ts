import {relative} from 'node:path';
import {listRuns} from '../effects/find-run.ts';
import {listStatusLines} from '../report/campaign/campaign-status.ts';
import {checkFlags} from './arguments.ts';
import type {Invocation} from './dispatch.ts';
import {loadRun} from './load-run.ts';
import {listBaseDirs} from './outputs.ts';
import {describeStatus} from './run-status.ts';

/** `warpdeck list`: the runs that are here, newest last. */
export async function run({flags}: Invocation): Promise<number> {
	checkFlags('list', flags, ['json']);
	const rows = listBaseDirs()
		.flatMap(listRuns)
		.map(({path, name, day, time}) => ({
			run: relative('', path) || path,
			suite: name,
			day,
			time,
			...describeStatus(path, loadRun(path).state),
		}))
		.toSorted((a, b) => (a.day + a.time < b.day + b.time ? -1 : 1));
	if (flags.json) process.stdout.write(`${JSON.stringify(rows, null, '\t')}\n`);
	else if (rows.length === 0)
		process.stdout.write('No runs are here yet. try: warpdeck run quick_test experiment.hardware.binding=auto\n');
	else
		for (const row of rows)
			process.stdout.write(
				`${row.run}  ${row.life === 'finished' ? row.state : `${row.life}, ${row.state}`}  ok ${row.succeeded}  failed ${row.failed}${row.invalid > 0 ? `  invalid ${row.invalid}` : ''}  left ${row.left}${(row.campaign ? listStatusLines(row.campaign) : []).map((line) => `  ${line}`).join('')}\n`,
			);
	return 0;
}
