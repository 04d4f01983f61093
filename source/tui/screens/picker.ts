import {showLines} from '../parts/blocks.ts';
import {defineScreen} from '../screen.ts';

export const picker = defineScreen<null, null>({
	initial: null,
	select: () => null,
	lay: () => showLines([]),
	act: (own) => ({own}),
});
