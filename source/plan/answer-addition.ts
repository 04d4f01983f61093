import type {Cell, Experiment} from '../domain/experiment.ts';
import type {Workload} from '../domain/suite.ts';
import type {Fact, JobRecord, Lane} from '../journal/event.ts';
import type {RunState} from '../journal/state.ts';
import {type Answer, accept, refuse} from './answer-words.ts';
import type {Plan} from './plan.ts';

/** A plan that is to go on in a run which has one; jobs and workloads are counted from 0. */
export type Addition = {
	readonly plan: Pick<Plan, 'cells' | 'experiments' | 'lanes' | 'problems'>;
	readonly jobs: readonly JobRecord[];
	readonly workloads: readonly Workload[];
};

/** Of experiments or cells: as much as one line of the journal should hold. */
const MOST_A_FACT = 500;

/** Names and numbers go on where those of the run end, so that nothing is mistaken for what it has already. */
export function answerAddition(state: RunState, {plan, jobs, workloads}: Addition, by: string): Answer {
	const {opened, closed} = state;
	if (!opened || closed) return refuse('The run is not open.', 'warpdeck run   (starts one of its own)');
	if (state.draining !== null || state.stopping !== null)
		return refuse('Nothing starts any more in this run.', 'warpdeck resume, then warpdeck add');
	const [problem] = plan.problems;
	if (problem) return refuse(problem.message, problem.advice);
	const rename = createRenaming(state);
	const job = (number: number) => number + opened.jobs.length;
	const cells = plan.cells.map((cell): Cell => {
		const {duplicateOf} = cell;
		return {...cell, job: job(cell.job), runId: rename(cell.runId), duplicateOf: duplicateOf && rename(duplicateOf)};
	});
	const experiments = plan.experiments.map((experiment): Experiment => {
		const runId = rename(experiment.runId);
		return {...experiment, job: job(experiment.job), runId, id: runId + experiment.id.slice(experiment.runId.length)};
	});
	const records = jobs.map((record) => ({...record, workload: record.workload + opened.workloads.length}));
	const parts = Math.max(1, Math.ceil(Math.max(cells.length, experiments.length) / MOST_A_FACT));
	const facts = Array.from({length: parts}, (_, part): Fact => {
		const [from, to] = [part * MOST_A_FACT, (part + 1) * MOST_A_FACT];
		const more = part === 0 ? {jobs: records, lanes: plan.lanes.filter(isNew(state)), workloads} : {};
		return {type: 'planned', by, cells: cells.slice(from, to), experiments: experiments.slice(from, to), ...more};
	});
	const unwatched = plan.lanes.filter((lane) => isNew(state)(lane) && lane.gpuId !== null).map(({label}) => label);
	const message = `${unwatched.join(', ')} came later: it is not watched by guards and telemetry before a resume.`;
	const notes: readonly Fact[] = unwatched.length > 0 ? [{type: 'noted', level: 'warning', message}] : [];
	return accept([...facts, ...notes], `${experiments.length} experiments wait behind the others.`);
}

const isNew =
	({lanes}: RunState) =>
	({id}: Lane): boolean =>
		!lanes.has(id);

/** `name`, or `name_2` where the run has one of that name already; the same name is always given the same new one. */
function createRenaming({cells}: RunState): (runId: string) => string {
	const taken = new Set(cells.map(({runId}) => runId));
	const renamed = new Map<string, string>();
	return (runId) => {
		const known = renamed.get(runId);
		if (known !== undefined) return known;
		let name = runId;
		for (let count = 2; taken.has(name); count++) name = `${runId}_${count}`;
		taken.add(name);
		renamed.set(runId, name);
		return name;
	};
}
