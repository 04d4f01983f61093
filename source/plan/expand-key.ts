import {findKnownKeys} from '../domain/suite-keys.ts';

/** `hardware.binding` is short for `experiment.hardware.binding`. */
export function expandAbbreviation(key: string): readonly string[] {
	const path = key.split('.');
	const [first = ''] = path;
	const isShort = first !== 'experiment' && first !== 'output' && findKnownKeys(['experiment'])?.includes(first);
	return isShort ? ['experiment', ...path] : path;
}
