import assert from 'node:assert/strict';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {displayWidth} from '../../source/tui/parts/fit.ts';
import {KEY, type Pressing} from '../rig/render-to-screen.ts';
import {type DetailStory, degraded, failed, invalid, profiled, running} from './detail-stories.ts';
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
	/** How it is come to; else Enter on the lane. */
	readonly open?: readonly Pressing[];
	/** Pressed there. */
	readonly keys: string;
	readonly until: RegExp;
	readonly options?: DrawOptions;
	/** Of those below; else all. */
	readonly sizes?: number;
};

/** Nothing runs any more, so that its lane has nothing to open. */
const FROM_RESULTS: readonly Pressing[] = [
	{keys: KEY.tab, until: /^RESULTS/m},
	{keys: 'jjj', until: /row 4 of 4/},
	{keys: KEY.enter, until: /outcome, times in UTC/},
];

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
	{name: 'profile', story: profiled(), sizes: 2, open: FROM_RESULTS, keys: '7', until: /\[7 profile\]/},
	{
		name: 'profile-ascii',
		story: profiled(),
		open: FROM_RESULTS,
		keys: '7',
		until: /\[7 profile\]/,
		options: {ascii: true},
	},
	{name: 'profiled', story: profiled(), sizes: 2, open: FROM_RESULTS, keys: '', until: /\[1 overview\]/},
	{name: 'gpu-ascii', story: degraded(), keys: '6', until: /\[6 gpu\]/, options: {ascii: true}},
];

export const look = ({story, open, keys, until, options}: Omit<Shot, 'name'>, size: {columns: number; rows: number}) =>
	drawApp(story.state, size, {
		...options,
		experiment: story.files,
		pressings: [
			// Only the files know of attempts, so from here on they are read.
			...(open ?? [{keys: KEY.enter, until: /outcome, times in UTC/}]),
			{keys, until},
		],
	});

/** Redrawn by --test-update-snapshots; look at them before they are committed. */
suite('the screen of one experiment', () => {
	for (const {name, sizes, ...shot} of SHOTS) {
		for (const size of SIZES.slice(0, sizes)) {
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
