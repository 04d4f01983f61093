import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Experiment} from '../../source/domain/experiment.ts';
import type {JsonObject} from '../../source/domain/json.ts';
import type {Topology} from '../../source/domain/topology.ts';
import type {Fact} from '../../source/journal/event.ts';
import {summarize} from '../../source/report/summarize.ts';
import {cell, failed, gpu, HEAT, numaNode, opened, PARAMS, planned, play, ran, topology, tried} from '../rig/story.ts';

const LOCAL = cell({gpuId: 2, numaNode: 2});
const REMOTE = cell({gpuId: 2, numaNode: 0});
const rate = (throughputSamplesPerS: number) => ({throughputSamplesPerS});
const BOTH = [...ran(LOCAL.runId, rate(1000)), ...ran(REMOTE.runId, rate(620))];

type Scene = {
	readonly host?: Partial<Topology>;
	readonly change?: Partial<Experiment>;
	readonly config?: JsonObject;
	readonly blocks?: number;
	readonly cells?: readonly (typeof LOCAL)[];
	readonly story?: readonly Fact[];
};

const tell = ({host, change = {}, config = {}, blocks = 1, cells = [LOCAL, REMOTE], story = BOTH}: Scene) =>
	summarize(play(opened({topology: topology(host), config}), planned(cells, {blocks, change}), ...story), 0);

function measure(scene: Scene) {
	const {penalties} = tell(scene);
	assert.equal(penalties.kind, 'measured');
	return penalties.kind === 'measured' ? penalties.rows : [];
}

function refuse(scene: Scene): string {
	const {penalties} = tell(scene);
	assert.equal(penalties.kind, 'none');
	return penalties.kind === 'none' ? penalties.reason : '';
}

suite('a NUMA penalty', () => {
	test('of a campaign is that of each phase for itself, told apart by it', () => {
		const later = [LOCAL, REMOTE].map((one) => ({...one, runId: `later.${one.runId}`}));
		const facts = [
			...[...ran(LOCAL.runId, rate(1000)), ...ran(REMOTE.runId, rate(620))],
			...[...ran(`later.${LOCAL.runId}`, rate(500)), ...ran(`later.${REMOTE.runId}`, rate(400))],
		];
		const first = planned([LOCAL, REMOTE], {change: {phase: 'first'}});
		const second = planned(later, {change: {phase: 'second'}});
		const {penalties} = summarize(play(opened({topology: topology()}), first, second, ...facts), 0);

		assert.ok(penalties.kind === 'measured');
		assert.deepEqual(
			penalties.rows.map(({model, penaltyPercent}) => `${model} ${penaltyPercent.toFixed(1)}`),
			['vit32x2x256 phase="first" 38.0', 'vit32x2x256 phase="second" 20.0'],
		);
	});

	test('compares the node of the GPU with a remote one, whichever number it has', () => {
		const [row, ...others] = measure({});

		assert.deepEqual(others, []);
		assert.deepEqual(
			{...row, penaltyPercent: row?.penaltyPercent.toFixed(9)},
			{
				gpuId: 2,
				model: 'vit32x2x256',
				localNode: 2,
				remoteNode: 0,
				distance: 21,
				localSamplesPerS: 1000,
				remoteSamplesPerS: 620,
				penaltyPercent: '38.000000000',
				n: 1,
				finding: 'single-run',
				interval: null,
				p: null,
				pHolm: null,
				detectablePercent: null,
				moreBlocks: null,
				verdict: 'single run, no interval',
				control: null,
				cause: null,
				expectation: null,
				remoteRunId: REMOTE.runId,
			},
		);
	});

	test('has a row for each remote node', () => {
		const far = cell({gpuId: 2, numaNode: 3});

		const rows = measure({cells: [LOCAL, REMOTE, far], story: [...BOTH, ...ran(far.runId, rate(900))]});

		assert.deepEqual(
			rows.map(({remoteNode, distance, penaltyPercent}) => [remoteNode, distance, Math.round(penaltyPercent)]),
			[
				[0, 21, 38],
				[3, 12, 10],
			],
		);
	});

	test('pairs blocks, and one whose partner failed is left out', () => {
		const story = [
			...BOTH,
			...ran(`${LOCAL.runId}.b2`, rate(2000)),
			...ran(`${REMOTE.runId}.b2`, rate(1380)),
			...ran(`${LOCAL.runId}.b3`, rate(9999)),
			...failed(`${REMOTE.runId}.b3`),
		];

		const [row] = measure({blocks: 3, story});

		assert.deepEqual(
			[row?.n, row?.localSamplesPerS.toFixed(3), row?.remoteSamplesPerS.toFixed(3)],
			[2, Math.sqrt(1000 * 2000).toFixed(3), Math.sqrt(620 * 1380).toFixed(3)],
		);
	});

	test('pairs cells of two jobs, because a sweep over nodes makes one job for each', () => {
		assert.equal(measure({cells: [LOCAL, {...REMOTE, job: 1}]}).length, 1);
	});

	test('compares equal parameters only, and names those in which rows of a model differ', () => {
		const [small, large] = [
			{...PARAMS, batch_size: 5},
			{...PARAMS, batch_size: 50},
		];
		const cells = [
			...[LOCAL, REMOTE].map((one) => ({...one, params: small})),
			...[LOCAL, REMOTE].map((one) => ({...one, params: large, runId: `${one.runId}_2`})),
		];
		const story = [...BOTH, ...ran(`${LOCAL.runId}_2`, rate(500)), ...ran(`${REMOTE.runId}_2`, rate(400))];

		const rows = measure({cells, story});

		assert.deepEqual(
			rows.map(({model, penaltyPercent}) => [model, Math.round(penaltyPercent)]),
			[
				['vit32x2x256 batch_size=5', 38],
				['vit32x2x256 batch_size=50', 20],
			],
		);
	});

	for (const [local, remote] of [
		[1000, 620],
		[300, 450],
		[7, 6.9],
	] as const) {
		test(`changes its sign when local and remote swap (${local} against ${remote})`, () => {
			const [there] = measure({story: [...ran(LOCAL.runId, rate(local)), ...ran(REMOTE.runId, rate(remote))]});
			const [back] = measure({story: [...ran(LOCAL.runId, rate(remote)), ...ran(REMOTE.runId, rate(local))]});

			assert.equal(Math.sign(there?.penaltyPercent ?? 0), Math.sign(local - remote));
			assert.equal(Math.sign(back?.penaltyPercent ?? 0), Math.sign(remote - local));
		});
	}

	test('of equal numbers is 0', () => {
		const [row] = measure({story: [...ran(LOCAL.runId, rate(7)), ...ran(REMOTE.runId, rate(7))]});

		assert.equal(row?.penaltyPercent, 0);
	});

	test('of a simulated run is computed, and the summary carries the watermark', () => {
		const {simulated, penalties} = summarize(play(opened({simulated: true}), planned([LOCAL, REMOTE]), ...BOTH), 0);

		assert.deepEqual([simulated, penalties.kind], [true, 'measured']);
	});

	test('measured while lanes ran side by side, on pages that nobody saw, says both', () => {
		const other = cell({gpuId: 3, numaNode: 2});

		const {notes} = tell({cells: [LOCAL, REMOTE, other], story: [...BOTH, ...ran(other.runId)]});

		assert.match(notes.join('\n'), /Up to 2 experiments ran at once.*experiment\.exclusive=host/);
		assert.match(notes.join('\n'), /For 3 of 3 bound results nothing says on which node/);
	});
});

suite('no NUMA penalty', () => {
	const UNBOUND = cell({gpuId: null, numaNode: null});
	const NO_GPU = {experiment: {hardware: {gpu_ids: []}}};
	const bound = (one: typeof LOCAL, status: 'degraded' | 'succeeded', device: 'cuda' | 'cpu') =>
		ran(one.runId, {status, device, degraded: status === 'degraded' ? ['x'] : []});

	const cases: readonly (readonly [string, Scene, RegExp])[] = [
		[
			'on the CPU',
			{story: [...bound(LOCAL, 'succeeded', 'cpu'), ...bound(REMOTE, 'succeeded', 'cpu')]},
			/measured on the CPU/,
		],
		[
			'planned on the CPU, before any result says so',
			{change: {device: 'cpu'}, story: []},
			/Nothing was planned on a GPU/,
		],
		[
			'where the suite asks for no GPU',
			{config: NO_GPU, cells: [UNBOUND], story: ran(UNBOUND.runId, {device: 'cpu'})},
			/asks for no GPU \(experiment\.hardware\.gpu_ids=\[\]\)/,
		],
		[
			'when a program never says what it measures on',
			{story: [LOCAL, REMOTE].flatMap(({runId}) => ran(runId, {device: null}))},
			/does not say on which device it measured/,
		],
		[
			'on a machine with one node',
			{host: {nodes: [numaNode(2, [10])]}, cells: [LOCAL], story: []},
			/^Not measurable here, because this machine has one NUMA node only, so no memory is remote\.$/,
		],
		[
			'where numa_node is -1',
			{host: {gpus: [gpu(2, null)]}},
			/^Not measurable here, because .* which NUMA node GPU 2 is \(numa_node is -1 or absent\)/,
		],
		[
			'where only the tool names a node',
			{host: {gpus: [{...gpu(2, null), numaAffinity: 2}]}},
			/topo -m hints at node 2, which is not taken for the truth\), so no node can be called local\.$/,
		],
		[
			'in a cpuset of one node',
			{host: {allowedMemoryNodes: [2]}, cells: [LOCAL], story: []},
			/^Not measurable here, because of its 4 NUMA nodes only node 2 can be used here\.$/,
		],
		['for GPUs that the machine does not have', {host: {gpus: [gpu(0, 0)]}}, /are not among those of the machine/],
		[
			'without nodes in the suite',
			{cells: [cell({gpuId: 2, numaNode: null})], story: []},
			/No experiment is held on a NUMA node.*experiment\.hardware\.numa_nodes=all/,
		],
		[
			'without strict binding',
			{change: {binding: {kind: 'cpu', node: 2, reason: 'no CAP_SYS_NICE'}}},
			/not strict.*no CAP_SYS_NICE\./,
		],
		[
			'with the local node only',
			{cells: [LOCAL], story: []},
			/own node and on a remote one \(GPU 2 on node 2, its own\)/,
		],
		['with a failed side', {story: [...ran(LOCAL.runId), ...failed(REMOTE.runId)]}, /succeeded \(1 failed\)/],
		['with a degraded side', {story: [...ran(LOCAL.runId), ...bound(REMOTE, 'degraded', 'cuda')]}, /\(1 degraded\)/],
		['before anything ran', {story: []}, /\(2 unfinished\)/],
		[
			'without a throughput',
			{story: [...ran(LOCAL.runId, {throughputSamplesPerS: null}), ...ran(REMOTE.runId)]},
			/\(1 without a throughput\)/,
		],
		[
			'when a program sometimes does not say what it measured on',
			{story: [...ran(LOCAL.runId, {device: null}), ...ran(REMOTE.runId)]},
			/\(1 without a word on which device it measured\)/,
		],
	];

	for (const [where, scene, reason] of cases) {
		test(`${where}, and a whole sentence tells why`, () => {
			const told = refuse(scene);

			assert.match(told, reason);
			assert.match(told, /^[A-Z].*\.$/);
		});
	}

	test('for a pair that is missing beside one that is there is counted', () => {
		const cells = [LOCAL, REMOTE, cell({gpuId: 3, numaNode: 2}), cell({gpuId: 3, numaNode: 0})];

		const {notes} = tell({cells});

		assert.match(notes.join('\n'), /1 local\/remote pair is missing/);
	});
});

suite('an invalid side of a comparison', () => {
	const spoil = (id: string) => tried(id, 1, {status: 'invalid', invalid: [HEAT], ...rate(10)});

	test('gives no penalty, and is named among the causes', () => {
		const reason = refuse({story: [...ran(LOCAL.runId, rate(1000)), ...spoil(REMOTE.runId)]});

		assert.match(reason, /^No pair of a local and a remote cell succeeded \(1 invalid\)/);
	});

	test('takes its block out of the pairs and leaves the others', () => {
		const [row] = measure({
			blocks: 3,
			story: [
				...BOTH,
				...ran(`${LOCAL.runId}.b2`, rate(1000)),
				...spoil(`${REMOTE.runId}.b2`),
				...ran(`${LOCAL.runId}.b3`, rate(1000)),
				...ran(`${REMOTE.runId}.b3`, rate(620)),
			],
		});

		assert.deepEqual([row?.n, row?.remoteSamplesPerS.toFixed(0)], [2, '620']);
	});
});
