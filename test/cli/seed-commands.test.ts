import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {formatFlag, readArguments} from '../../source/cli/arguments.ts';
import {checkOptions} from '../../source/cli/check-options.ts';
import {completeCommands} from '../../source/cli/complete-commands.ts';
import {COMMANDS} from '../../source/cli/dispatch.ts';
import {examineScripts} from '../../source/cli/examine-scripts.ts';
import {HELP} from '../../source/cli/help.ts';
import {composeWith, listJsonOverrides, readOverrides} from '../../source/cli/prepare.ts';
import {withProfiler} from '../../source/cli/with-profiler.ts';
import {UserError} from '../../source/domain/errors.ts';
import type {Topology} from '../../source/domain/topology.ts';
import {isCommand, listCommands} from '../../source/domain/workload.ts';
import {examineProgram, findScript} from '../../source/effects/examine-program.ts';
import {countExecutions} from '../../source/plan/executions.ts';
import {expandPlan} from '../../source/plan/expand.ts';
import {checkoutSuites, type SeedRow, seedTables, writeCheckout} from '../rig/seed-commands.ts';
import {topology} from '../rig/story-values.ts';
import {countDistinct, machine, shippedSuites, splitWords} from '../rig/suites.ts';

const suites = [...shippedSuites, ...checkoutSuites];

/** The machine of the guides: ten GPUs on four nodes. */
const guideMachine = () => {
	const {gpus} = topology();
	const [first] = gpus;
	assert.ok(first);
	const ten: Topology['gpus'] = Array.from(
		{length: 10},
		(_, index) => gpus[index] ?? {...first, index, uuid: `GPU-${index}`},
	);
	return machine({gpus: ten, origin: 'measured'});
};
const host = guideMachine();

const readLine = (line: string) => {
	const [program, verb = '', ...words] = splitWords(line);
	assert.equal(program, 'warpdeck');
	const {flags, words: rest} = readArguments(words);
	checkOptions(verb, flags);
	return {verb, ...withProfiler({words: rest, flags})};
};

/** What `warpdeck plan` finds of a row in the checkout that the process is in. */
async function planRow({type}: SeedRow) {
	const {verb, words, flags} = readLine(type);
	assert.ok(verb === 'run' || verb === 'plan', type);
	const overrides = [...readOverrides(words), ...listJsonOverrides(words, flags, suites)];
	const {composition, problems} = await completeCommands(composeWith(overrides, flags, suites, 41));
	const plan = expandPlan(composition, {machine: host, python: 'python3', seed: 41});
	const scripts = examineScripts({composition, machine: host}, process.cwd());
	const workloads = composition.jobs.map(({suite: {experiment}}) => experiment.workload);
	const commands = workloads.flatMap((workload) => (isCommand(workload) ? listCommands(workload) : []));
	return {
		plan,
		commands,
		said: [...problems, ...plan.problems, ...scripts.problems].map(({message, advice}) => `${message} ${advice}`),
		notices: scripts.notices,
	};
}

async function answerRow(row: SeedRow): Promise<string> {
	try {
		const {commands, said, notices} = await planRow(row);
		const cwd = process.cwd();
		// `python` itself need not be on this machine for it to be told what is not in the checkout.
		const faults = commands.map(([, ...rest]) =>
			examineProgram({argv: ['sh', ...rest], env: process.env, cwd, isMade: false, start: cwd}),
		);
		return [...said, ...notices, ...faults.map((fault) => `${fault?.message} ${fault?.advice}`)].join('\n');
	} catch (error) {
		assert.ok(error instanceof UserError, String(error));
		assert.ok(error.tryThis.length > 0);
		return error.message;
	}
}

const counts = {planned: 0, answered: 0, served: 0};

for (const table of seedTables) {
	suite(`a command of ${table.name}`, () => {
		const start = process.cwd();
		const folder = mkdtempSync(join(tmpdir(), 'warpdeck-checkout-'));
		before(() => {
			writeCheckout(table, folder);
			process.chdir(folder);
			Object.assign(process.env, {ICD_HOME: folder, EZKL_HOME: folder, EZKL_BENCH: 'prove_one.py'});
		});
		after(() => {
			process.chdir(start);
			rmSync(folder, {recursive: true});
		});

		for (const row of table.groups.flatMap(({rows}) => rows)) {
			const {command, type, plan, answer, mark} = row;
			if (plan) {
				test(`is ${plan.cells} cells: ${command}`, async () => {
					const {plan: planned, commands, said} = await planRow(row);
					const {cells, distinct = cells, jobs = 1, executions} = plan;

					assert.deepEqual([planned.cells.length, countDistinct(planned), planned.jobs], [cells, distinct, jobs]);
					assert.ok(cells > 0);
					if (executions !== undefined) assert.equal(countExecutions(planned).executions, executions);
					assert.deepEqual(said, []);
					// Of a campaign's postponed runs the script is named by an axis, and may not be there.
					const scripts = commands.flatMap((argv) => findScript(argv) ?? []).filter((one) => !one.includes('axes.'));
					assert.deepEqual(
						scripts.filter((one) => !existsSync(one)),
						[],
					);
					counts.planned++;
				});
			} else if (answer !== undefined) {
				test(`is answered: ${command}`, async () => {
					assert.ok(mark, 'only what is missing, wrong or failing may be answered instead of planned');
					const said = await answerRow(row);

					assert.ok(said.includes(answer), said);
					counts.answered++;
				});
			} else {
				test(`starts no experiment, and is served by ${type}: ${command}`, () => {
					assert.match(command, STARTS_NOTHING);
					assert.ok(row.served);
					if (type === 'nothing') assert.ok(row.note);
					else checkServed(type);
					counts.served++;
				});
			}
		}
	});
}

suite('the commands of all guides', () => {
	test('are planned, answered or served, as counted here', (context) => {
		const rows = seedTables.flatMap(({groups}) => groups.flatMap(({rows: own}) => own));
		const told = `${counts.planned} are planned, ${counts.answered} are answered, ${counts.served} start no experiment and are served otherwise`;
		context.diagnostic(told);

		assert.equal(counts.planned + counts.answered + counts.served, rows.length, told);
	});
});

/** Programs of a shell that look, count, install or copy; scripts that analyse; none of them measures anything. */
const STARTS_NOTHING =
	/^(tail|watch|nvidia-smi|numactl --hardware|jq|cat|find|grep|ls|echo|diff|rm|cd|git|pip|mkdir|rsync|tar|ncu --version|mlflow|python -c|python -m json\.tool|python (scripts\/)?(batch_nsys_to_sqlite|analyze_latency|aggregate_results|numa_statistical_analysis|convert_configs_to_cuda)\.py|python src\/backup_utils\.py|\.\/run_benchmark\.sh (analyze|clean|help)$)/;

/** The command is there, its options are, and the help names both. */
function checkServed(type: string): void {
	const {verb, flags} = readLine(type);
	assert.ok(Object.hasOwn(COMMANDS, verb), verb);
	assert.ok(HELP.includes(`warpdeck ${verb}`), verb);
	for (const flag of Object.keys(flags)) assert.ok(HELP.includes(formatFlag(flag)), flag);
}
