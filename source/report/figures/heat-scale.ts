import type {JsonObject} from '../../domain/json.ts';

/** Steps instead of a continuous scale: a step is read off the legend, a shade between two is not. */
const PENALTY_STEPS = [-2, 2, 5, 10, 20, 30, 45];
const PENALTY_COLOURS = ['$cool', '$heat0', '$heat1', '$heat2', '$heat3', '$heat4', '$heat5', '$heat6'];
const SHARE_STEPS = [50, 75, 90, 95, 98];
const SHARE_COLOURS = ['$share0', '$share1', '$share2', '$share3', '$share4', '$share5'];

const LEGEND = {orient: 'bottom', direction: 'horizontal'} as const;

export const colourPenalty = (field: string): JsonObject => ({
	field,
	type: 'quantitative',
	title: 'penalty, % of local throughput',
	scale: {type: 'threshold', domain: PENALTY_STEPS, range: PENALTY_COLOURS},
	legend: LEGEND,
});

export const colourShare = (field: string): JsonObject => ({
	field,
	type: 'quantitative',
	title: '% of the fastest place',
	scale: {type: 'threshold', domain: SHARE_STEPS, range: SHARE_COLOURS},
	legend: LEGEND,
});

/** Dark cells carry light figures; `datum` holds only numbers of ours. */
export const colourText = (field: string, darkFrom: number): JsonObject => ({
	condition: {test: `isValid(datum.${field}) && datum.${field} >= ${darkFrom}`, value: '$onDark'},
	value: '$onLight',
});
