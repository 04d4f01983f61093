import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {openNvmlProcess} from '../../source/effects/nvml-process.ts';
import type {GpuSample} from '../../source/journal/event.ts';
import {until} from '../rig/until.ts';
import {nvmlStub, uuidOf} from './nvml-stub.ts';

const read = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

/** What no card tells. */
const OURS = ['gpuIndex', 'unavailable'];

/** Names in the first column of the tables of a page. */
const listFields = (page: string): ReadonlySet<string> =>
	new Set([...page.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = '']) => cell.match(/`\w+`/g) ?? []));

suite('the pages about GPU samples', () => {
	test('have every field that NVML gives', async (t) => {
		const seen: GpuSample[] = [];
		const reader = openNvmlProcess({
			gpus: [{gpuIndex: 0, uuid: uuidOf(0)}],
			everyMs: 50,
			env: nvmlStub(t).env,
			onSamples: (samples) => seen.push(...samples),
			onEdge: (sample) => seen.push(sample),
			onRefused: assert.fail,
			onEnd: assert.fail,
		});
		t.after(reader.close);
		await until(() => seen.length > 0, 'a sample', 90_000);
		reader.wish('traffic 0');
		await until(() => seen.some(({pcieTxMiBPerS}) => pcieTxMiBPerS !== undefined), 'traffic', 90_000);
		reader.wish('edge 0');
		await until(() => seen.some(({energyJ}) => energyJ !== undefined), 'counters', 90_000);

		const fields = new Set(seen.flatMap((sample) => Object.keys(sample)).filter((field) => !OURS.includes(field)));

		for (const page of ['support.md', 'journal-format.md']) {
			const known = listFields(read(page));
			assert.deepEqual(
				[...fields].filter((field) => !known.has(`\`${field}\``)),
				[],
				page,
			);
		}
	});
});
