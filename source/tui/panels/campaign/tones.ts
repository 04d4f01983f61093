import type {PhaseStatus} from '../../../report/campaign/phase-words.ts';
import type {Tone} from '../../theme.ts';

const TONES: {readonly [kind in PhaseStatus['kind']]: Tone} = {
	waiting: 'dim',
	running: 'accent',
	'awaits-approval': 'degraded',
	refused: 'failed',
	pausing: 'degraded',
	passed: 'ok',
};

export const toneOfStatus = ({kind}: PhaseStatus): Tone => TONES[kind];
