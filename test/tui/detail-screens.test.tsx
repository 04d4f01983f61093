import assert from 'node:assert/strict';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {displayWidth} from '../../source/tui/parts/fit.ts';
import {KEY} from '../rig/render-to-screen.ts';
import {type DetailStory, degraded, failed, invalid, running} from './detail-stories.ts';
import {type DrawOptions, drawApp} from './draw-app.tsx';

const FRAMES = fileURLToPath(new URL('../../fixtures/screens/', import.meta.url));
const SIZES = [
	{columns: 80, rows: 24},
	{columns: 120, rows: 40},
	{columns: 200, rows: 60},
] as const;

type Shot = {
	readonly name: string;
	readonly story: DetailStory;
	/** Pressed after Enter on the lane. */
	readonly keys: string;
	readonly until: RegExp;
	readonly options?: DrawOptions;
};

const SHOTS: readonly Shot[] = [
	{name: 'running', story: running(), keys: '', until: /\[1 overview\]/},
	{name: 'degraded', story: degraded(), keys: '', until: /\[1 overview\]/},
	{name: 'invalid', story: invalid(), keys: '', until: /\[1 overview\]/},
	{name: 'failed', story: failed(), keys: '', until: /\[1 overview\]/},
	{name: 'latency', story: running(), keys: '2', until: /\[2 latency\]/},
	{name: 'latency-ascii', story: running(), keys: '2', until: /\[2 latency\]/, options: {ascii: true}},
	{name: 'log', story: running(), keys: '3', until: /\[3 log\]/},
	{name: 'log-search', story: running(), keys: '3/warning\rNNN', until: /match 38 of 41/},
	{name: 'command', story: degraded(), keys: '4', until: /\[4 command\]/},
	{name: 'config', story: degraded(), keys: '5', until: /\[5 config\]/},
	{name: 'gpu', story: degraded(), keys: '6', until: /\[6 gpu\]/},
	{name: 'gpu-ascii', story: degraded(), keys: '6', until: /\[6 gpu\]/, options: {ascii: true}},
];

export const look = ({story, keys, until, options}: Omit<Shot, 'name'>, size: {columns: number; rows: number}) =>
	drawApp(story.state, size, {
		...options,
		experiment: story.files,
		pressings: [
			// Only the files know of attempts, so from here on they are read.
			{keys: KEY.enter, until: /outcome, times in UTC/},
			{keys, until},
		],
	});

/** Redrawn by --test-update-snapshots; look at them before they are committed. */
suite('the screen of one experiment', () => {
	for (const {name, ...shot} of SHOTS) {
		for (const size of SIZES) {
			test(`of ${name} at ${size.columns}x${size.rows} is the golden one`, async (t) => {
				const lines = await look(shot, size);

				assert.equal(lines.length, size.rows);
				for (const line of lines) assert.ok(displayWidth(line) < size.columns, line);
				assert.match(lines.at(-1) ?? '', /^q back/);
				t.assert.fileSnapshot(
					`${lines.join('\n')}\n`,
					join(FRAMES, `detail-${name}-${size.columns}x${size.rows}.txt`),
					{serializers: [String]},
				);
			});
		}
	}
});
