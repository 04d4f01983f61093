import type {JsonObject} from '../../domain/json.ts';
import type {Cause} from '../study.ts';

/** In the order of legends. */
const COLOURS: {readonly [cause in Cause | 'unknown']: string} = {
	'copy-bound': '$blue',
	'launch-bound': '$orange',
	'compute-bound': '$green',
	mixed: '$purple',
	unknown: '$quiet',
};

export const nameOfCause = (cause: Cause | null): string => cause ?? 'unknown';

/** The same colour for a cause in every figure; causes that do not occur are left out of the legend. */
export function colourCauses(field: string, causes: readonly string[]): JsonObject {
	const domain = Object.keys(COLOURS).filter((name) => causes.includes(name));
	return {
		field,
		type: 'nominal',
		title: 'bound by',
		scale: {domain, range: domain.map((name) => COLOURS[name as keyof typeof COLOURS])},
		legend: {orient: 'top', direction: 'horizontal'},
	};
}
