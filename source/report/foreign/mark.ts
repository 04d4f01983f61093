import type {Foreign} from '../../domain/foreign.ts';

/** Stands above and below everything that shows foreign numbers. */
export const describeForeign = ({kind, limits}: Foreign): string =>
	`FOREIGN (${kind}), not measured by warpdeck: ${limits.join('; ')}`;
