import {readSuites} from '../../source/effects/suite-files.ts';
import {readTopology} from '../../source/effects/topology.ts';
import {createWorkloadFinder} from '../../source/effects/workload-files.ts';
import {compose} from '../../source/plan/compose.ts';
import {expandPlan} from '../../source/plan/expand.ts';

/** `node plan-cells.mjs OVERRIDE…`: prints the milliseconds of composing and expanding, and the number of cells. */
const overrides = process.argv.slice(2);
const suites = await readSuites([]);
const topology = await readTopology();
const findWorkload = createWorkloadFinder([], 'python3', process.env);

const startedAt = performance.now();
const composition = compose({
	overrides,
	multirun: true,
	suites,
	defaultSuite: 'quick_test',
	seed: 1,
	env: {},
	findWorkload,
});
const plan = expandPlan(composition, {machine: {topology, bindings: {}}, python: 'python3', seed: 1});
process.stdout.write(`${performance.now() - startedAt} ${plan.cells.length}\n`);
