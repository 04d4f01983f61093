import type {Fact, Measurement} from '../../source/journal/event.ts';
import type {RunState} from '../../source/journal/state.ts';
import {HEAT, launching, planned, playFast, ran, repeated, spoilt, started, tried} from '../rig/story.ts';
import {cellsOn, gpuSample, hostSample, openedOn, running} from './run-stories.ts';

const PAGES = 'pages: 61.0 % on node 2, 39.0 % elsewhere (pinned ring)';
const CLOCK = 'clock: GPU 2 ran at 1098 MHz, 61 % of the usual 1800 MHz';
const FOREIGN = 'another program used GPU 1 meanwhile: pid 5150 (alice) python3 train.py';

const begun: readonly (Fact | Measurement)[] = [
	openedOn(4),
	planned(cellsOn(4)),
	// Too hot once, and well the second time.
	...spoilt('gpu0_numa0_vit32x2x256'),
	repeated('gpu0_numa0_vit32x2x256'),
	...tried('gpu0_numa0_vit32x2x256', 2),
	...ran('gpu0_numa0_vit32x6x512'),
	// Never on its node.
	...spoilt('gpu0_numa2_vit32x2x256', [PAGES]),
	repeated('gpu0_numa2_vit32x2x256', PAGES),
	...spoilt('gpu0_numa2_vit32x2x256', [PAGES, HEAT], 2),
	...spoilt('gpu1_numa0_vit32x2x256', [FOREIGN]),
	repeated('gpu1_numa0_vit32x2x256', FOREIGN),
	...spoilt('gpu1_numa0_vit32x2x256', [FOREIGN], 2),
	...spoilt('gpu2_numa2_vit32x2x256', [CLOCK]),
];

const AGAIN = 'gpu2_numa2_vit32x2x256';

/** Four GPUs: one result was repeated well, two are invalid for good, and one is tried again just now. */
export const spoiltRun = (): RunState =>
	playFast(
		...begun,
		repeated(AGAIN, CLOCK),
		...running('gpu0_numa2_vit32x6x512', 12),
		...running('gpu1_numa0_vit32x6x512', 40),
		launching(AGAIN, 2),
		started(AGAIN, 2),
		{type: 'phase', id: AGAIN, name: 'measure'},
		...running('gpu3_numa0_vit32x2x256', 70),
		hostSample,
		{type: 'gpus', samples: [0, 1, 2, 3].map((index) => gpuSample(index))},
	);

/** Given up before the last one could be tried again: the summary says what is worth nothing and why. */
export const spoiltEnd = (): RunState => playFast(...begun, {type: 'closed', reason: 'drained'});
