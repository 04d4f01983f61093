import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Json, JsonObject} from '../../source/domain/json.ts';
import type {Fact} from '../../source/journal/event.ts';
import type {RunState} from '../../source/journal/state.ts';
import {decide} from '../../source/plan/decide.ts';
import {listFacts} from '../../source/plan/intention-facts.ts';
import {committed, ended, failed, launching, opened, play, STORY_START, started} from '../rig/story.ts';
import {commandsOf, machine, planLine, planOwn, reading, refusalOf} from '../rig/suites.ts';

const MODEL = 'experiment.vit_configs=[{patch_size:32,depth:6,heads:8,dim:512,mlp_dim:2048}]';
const LINE = `experiment=quick_test ${MODEL} experiment.hardware.gpu_ids=[0,1] experiment.hardware.numa_nodes=[]`;
const SEARCH = `${LINE} +experiment.batch_search={to:4096,from:512}`;

suite('a plan with a search', () => {
	test('lists one execution for each cell, named and told by its value, and says that more may follow', () => {
		const {cells, experiments, notices} = planLine(SEARCH);

		assert.deepEqual(
			experiments.map(({id}) => id),
			['gpu0_vit32x6x512_batch512', 'gpu1_vit32x6x512_batch512'],
		);
		assert.deepEqual(
			cells.map(({runId}) => runId),
			experiments.map(({runId}) => runId),
		);
		assert.deepEqual(
			experiments.map(({search}) => [search?.series, search?.value]),
			[
				['gpu0_vit32x6x512', 512],
				['gpu1_vit32x6x512', 512],
			],
		);
		assert.match(notices.join('\n'), /2 searches .* batch_size 512 to 4096/);
	});

	test('lets the bundled pipeline have whole batches, and a pool that holds them', () => {
		const words = commandsOf(SEARCH).get('gpu0_vit32x6x512_batch512')?.argv.join(' ') ?? '';

		assert.match(words, /--batch-size 512 /);
		assert.match(words, /--num-samples 1024 /);
		assert.match(words, /--warmup-samples 1024 /);
		assert.match(words, /--memory-size-mb 588 /);
	});

	test('tells a command by its parameter or its axis, and by nothing else', () => {
		const search = {batch_search: {key: 'seqs', from: 4}};
		const told = (placeholder: string) =>
			planOwn({workload: reading(placeholder), ...search} as JsonObject).experiments[0];

		assert.equal(told('params.seqs')?.params.seqs, 4);
		assert.equal(told('axes.seqs')?.axes.seqs, 4);
		const refusal = refusalOf(() => planOwn({workload: reading('params.other'), ...search} as JsonObject));
		assert.match(refusal.message, /seqs would change nothing/);
		assert.match(refusal.advice, /params\.seqs/);
	});

	for (const [words, message] of [
		['experiment.blocks=3', /no blocks/],
		['experiment.isolation=block', /needs a process for each value/],
		['experiment.profiler=nsys', /not profiled/],
		['+experiment.retry.ladder.batch_size=[4]', /would never be used/],
		['experiment.batch_search.key=execution', /as a number/],
	] as const) {
		test(`refuses what would have no effect in it: ${words}`, () => {
			assert.match(refusalOf(() => planLine(`${SEARCH} ${words}`)).message, message);
		});
	}
});

const PLAN = planLine(`${LINE} +experiment.batch_search={to:4,repeat:1}`, {machine: machine()});
const NOW = STORY_START + 60_000;
const ran = (id: string, changes = {}): readonly Fact[] => [
	launching(id),
	started(id),
	ended(id),
	committed(id, {effective: {batch_size: Number(/batch(\d+)/.exec(id)?.[1])}, ...changes}),
];
const TOO_MUCH = {
	tooMuch: {kind: 'cuda-out-of-memory', message: 'the GPU is full'},
	throughputSamplesPerS: null,
} as const;
const begin: readonly Fact[] = [
	opened({maxWorkers: 2}),
	{type: 'planned', cells: PLAN.cells, experiments: PLAN.experiments.slice(0, 1)},
];
const extending = (state: RunState) => decide(state, NOW).filter(({kind}) => kind === 'extend');
const factsOf = (state: RunState) => extending(state).flatMap(listFacts);
const added = (fact: Fact | undefined): Json =>
	fact?.type === 'planned' ? fact.experiments.map(({id, params}) => [id, params.batch_size ?? null] as const) : null;

suite('a run that searches', () => {
	const first = 'gpu0_vit32x6x512_batch1';

	test('adds the next value as a fact that says who added it, before anything else starts or the run is closed', () => {
		const state = play(...begin, ...ran(first));
		const [fact] = factsOf(state);

		assert.deepEqual(added(fact), [['gpu0_vit32x6x512_batch2', 2]]);
		assert.equal(fact?.type === 'planned' && fact.by, 'batch_search');
		assert.deepEqual(
			decide(state, NOW).map(({kind}) => kind),
			['extend'],
		);
	});

	test('adds it once, in whatever state it is looked at again', () => {
		const state = play(...begin, ...ran(first));
		const more = play(...begin, ...ran(first), ...factsOf(state));

		assert.deepEqual(extending(more), []);
		assert.deepEqual(
			decide(more, NOW).map((one) => one.kind === 'launch' && one.id),
			['gpu0_vit32x6x512_batch2'],
		);
	});

	test('ends when it knows what it looked for', () => {
		let told = [...begin, ...ran(first)];
		for (const id of ['gpu0_vit32x6x512_batch2', 'gpu0_vit32x6x512_batch4']) {
			told = [...told, ...factsOf(play(...told)), ...ran(id, id.endsWith('4') ? TOO_MUCH : {})];
		}
		told = [...told, ...factsOf(play(...told)), ...ran('gpu0_vit32x6x512_batch3', TOO_MUCH)];
		const state = play(...told);

		assert.deepEqual(decide(state, NOW), [{kind: 'close', reason: 'finished'}]);
		assert.equal(state.counts.succeeded, 4, 'what does not fit is an answer');
	});

	test('gives up after a failure, and after a value that the workload did not take', () => {
		assert.deepEqual(extending(play(...begin, ...failed(first))), []);
		assert.deepEqual(extending(play(...begin, ...ran(first, {effective: {batch_size: 10}}))), []);
	});

	test('starts nothing more while it drains', () => {
		assert.deepEqual(extending(play(...begin, ...ran(first), {type: 'draining', by: 'user'})), []);
	});
});
