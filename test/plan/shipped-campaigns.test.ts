import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {countDistinct, planLine, shippedSuites} from '../rig/suites.ts';

const countByPhase = (line: string): readonly string[] =>
	[...Map.groupBy(planLine(line).experiments, ({phase}) => phase)].map(
		([phase, own]) => `${phase} ${new Set(own.map(({runId}) => runId)).size}`,
	);

const cellsByPhase = (line: string): readonly string[] =>
	[...Map.groupBy(planLine(line).cells, ({runId}) => runId.split('.')[0])].map(
		([phase, own]) => `${phase} ${own.length}`,
	);

suite('the six phases of the NUMA plan', () => {
	test('come to the 2 056 cells that were computed of it, phase by phase', () => {
		assert.equal(planLine('experiment=numa_campaign').cells.length, 2056);
		assert.deepEqual(cellsByPhase('experiment=numa_campaign'), [
			...['validation 18', 'locality 132', 'scaling 144'],
			...['transfer 1344', 'compilation 130', 'production 288'],
		]);
	});

	test('come to 1 480 where shapes and batches are paired, which is all that the zipped ones change', () => {
		assert.equal(planLine('experiment=numa_campaign_zipped').cells.length, 1480);
		const [written, zipped] = ['numa_campaign', 'numa_campaign_zipped'].map((name) => phasesOf(name));
		const differing = (written ?? []).flatMap(({name, runs}, phase) =>
			runs.flatMap((run, index) =>
				JSON.stringify(run) === JSON.stringify(zipped?.[phase]?.runs[index]) ? [] : [`${name} ${index}`],
			),
		);

		assert.deepEqual(differing, ['transfer 0']);
		assert.deepEqual(
			zipped?.map(({runs: _, ...rest}) => rest),
			written?.map(({runs: _, ...rest}) => rest),
		);
	});

	test('measure equal cells of a phase once, and those of two phases in both', () => {
		assert.equal(countDistinct(planLine('experiment=numa_campaign')), 1708);
		assert.deepEqual(countByPhase('experiment=numa_campaign').slice(0, 2), ['validation 15', 'locality 108']);
	});

	test('keep the ten blocks of the locality study in the phase that asks for it, and nowhere else', () => {
		const {experiments} = planLine('experiment=numa_campaign');
		const blocksOf = (name: string) =>
			Math.max(...experiments.filter(({phase}) => phase === name).map(({block}) => block));

		assert.equal(blocksOf('locality'), 10);
		assert.deepEqual(['transfer', 'compilation', 'production'].map(blocksOf), [1, 1, 1]);
	});

	test('wait for each other as the plan says, the last one for all', () => {
		const {campaign} = planLine('experiment=numa_campaign');

		assert.deepEqual(
			campaign?.phases.map(({name, priority, after, hours}) => [
				name,
				priority,
				after.join(' '),
				`${hours?.least}-${hours?.most}`,
			]),
			[
				['validation', 1, '', '2-4'],
				['locality', 1, 'validation', '8-12'],
				['scaling', 1, 'validation', '6-10'],
				['transfer', 2, 'locality', '4-8'],
				['compilation', 2, 'scaling', '4-6'],
				['production', 3, 'validation locality scaling transfer compilation', '6-12'],
			],
		);
	});
});

type Phase = {readonly name: string; readonly runs: readonly unknown[]};

const phasesOf = (name: string): readonly Phase[] => {
	const config = shippedSuites.find((file) => file.name === name)?.config as {experiment: {phases: readonly Phase[]}};
	return config.experiment.phases;
};
