import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {iterate} from '../../../source/journal/vector.ts';
import {buildExperimentSummary, buildResults} from '../../../source/report/exports.ts';
import {describeResult, type ForeignCell} from '../../../source/report/foreign/foreign-run.ts';
import {nameCells} from '../../../source/report/foreign/name-cells.ts';
import {readForeign} from '../../../source/report/foreign/read-foreign.ts';
import {NO_STUDY} from '../../../source/report/study-run.ts';
import {summarize} from '../../../source/report/summarize.ts';
import {formatSummaryCsv, formatSummaryMarkdown} from '../../../source/report/summary-tables.ts';
import {formatSummary} from '../../../source/report/summary-text.ts';
import {playImport, readFixture} from '../../rig/foreign.ts';

const KINDS = ['hydra-runner', 'icd', 'tinylab', 'ezkl', 'nsys-reports', 'csv'] as const;
const readRuns = (kind: string) => readForeign(readFixture(kind)).runs;
const [study] = readRuns('hydra-runner');
assert.ok(study);

suite('an imported run', () => {
	for (const run of KINDS.flatMap(readRuns)) {
		suite(`of ${run.kind}: ${run.name}`, () => {
			const state = playImport(run, ['x.json: it is cut off']);
			const summary = summarize(state, state.at);

			test('is a journal without a fact that cannot be true, in which every result counts once', () => {
				assert.deepEqual(state.anomalies, []);
				assert.deepEqual([state.counts.waiting, state.counts.active, state.waitingBytes], [0, 0, 0]);
				assert.equal([...iterate(state.experiments)].length, run.cells.length);
			});

			test('begins and ends with what it is and what it cannot support, as text and as Markdown', () => {
				for (const text of [formatSummary(summary, {columns: 1000}), formatSummaryMarkdown(state)]) {
					const lines = text.trim().split('\n');
					for (const end of [lines[0], lines.at(-1)])
						for (const word of ['FOREIGN', run.kind, ...run.limits]) assert.ok(end?.includes(word), `${word}: ${end}`);
				}
			});

			test('is marked in every line of its CSV, and in every record and summary of its files', () => {
				const [head, ...rows] = formatSummaryCsv(state).trim().split('\n');

				assert.match(head ?? '', /,foreign$/);
				assert.ok(rows.length > 0 && rows.every((row) => row.endsWith(`,${run.kind}`)));
				assert.ok(buildResults(state).every(({foreign}) => foreign === run.kind));
				assert.deepEqual(buildExperimentSummary(state, state.at).foreign, {...state.opened?.foreign});
			});

			test('has no penalty, no class of a model and no fit', () => {
				assert.equal(summary.penalties.kind, 'none');
				assert.deepEqual(summary.study, NO_STUDY.study);
			});

			test('says what could not be read', () => {
				assert.ok(summary.notes.includes('Not read: x.json: it is cut off'));
			});

			test('advises nobody to resume it', () => {
				assert.doesNotMatch(formatSummary(summary, {columns: 100}), /warpdeck resume/);
			});
		});
	}

	test('has a duration only where somebody wrote one down', () => {
		const [timed] = buildResults(playImport(study));
		const [icd] = readRuns('icd');
		assert.ok(icd);
		const state = playImport(icd);

		assert.equal(timed?.duration, 42.125);
		assert.ok(buildResults(state).every(({duration}) => duration === null));
		const {total_duration, wall_s, start_time} = buildExperimentSummary(state, state.at);
		assert.deepEqual([total_duration, wall_s, start_time], [null, null, null]);
	});

	test('has the logs that its results speak of, and none where there was none', () => {
		const [first, , third] = buildResults(playImport(study));

		assert.equal(first?.stdout_log, 'logs/gpu0_numa0_vit32x6x512.stdout');
		assert.deepEqual([third?.stdout_log, third?.stderr_log], [null, null]);
	});

	test('tells failures by what is known of them', () => {
		const kinds = summarize(playImport(study), 0).failures.map(({kind}) => kind);

		assert.deepEqual(kinds, ['timeout', 'cuda-out-of-memory']);
	});
});

const foreign = (changes: Partial<ForeignCell>): ForeignCell => ({
	...{name: 'a', block: 1, model: null, gpuId: null, numaNode: null, params: {}, axes: {}, source: 'a.json'},
	result: describeResult({}),
	...changes,
});

suite('names of foreign cells', () => {
	test('are shared by repetitions, which begin at 1', () => {
		const named = nameCells([foreign({block: 0}), foreign({block: 1})]);

		assert.deepEqual(
			named.map(({id, runId, block}) => [id, runId, block]),
			[
				['a', 'a', 1],
				['a.b2', 'a', 2],
			],
		);
	});

	test('differ where two claim to be the same repetition', () => {
		assert.deepEqual(
			nameCells([foreign({}), foreign({}), foreign({axes: {x: 1}})]).map(({runId}) => runId),
			['a', 'a_2', 'a_3'],
		);
	});

	test('are safe as names of files, whatever stood there', () => {
		const ids = nameCells(['../../etc/passwd', '', 'ü', 'x'.repeat(500), 'a.b2', 'a'].map((name) => foreign({name})));

		for (const {id} of ids) assert.match(id, /^(?=.*[A-Za-z0-9])[A-Za-z0-9._-]{1,130}$/);
	});

	test('never meet those of repetitions', () => {
		const ids = nameCells([foreign({name: 'a.b2'}), foreign({}), foreign({block: 2})]).map(({id}) => id);

		assert.equal(new Set(ids).size, 3);
	});
});
