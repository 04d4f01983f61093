import {MINIMUM_COUNTS} from '../../../report/latency.ts';
import {type Line, part} from '../../parts/line.ts';
import {formatMs} from '../../parts/units.ts';
import type {LatencyModel} from './model.ts';
import {layParts, type PageLayout} from './page.ts';

/** Percentiles with their number of batches; one that so few do not allow says how many it needs. */
export function layPercentiles({summary, isFinal}: LatencyModel, layout: PageLayout): Line {
	const {n, mean} = summary;
	if (n === 0) return layParts('latency', [part('no batch measured', 'dim')], layout);
	const percentile = (name: keyof typeof MINIMUM_COUNTS, keep: number) => {
		const value = summary[name];
		const text = value === null ? `N/A (n < ${MINIMUM_COUNTS[name]})` : `${formatMs(value)} ms`;
		return part(`${name} ${text}`, value === null ? 'dim' : 'plain', keep);
	};
	return layParts(
		'latency',
		[
			part(`n ${n}${isFinal ? '' : ' so far'}`, 'plain', 9),
			percentile('p50', 8),
			percentile('p90', 7),
			percentile('p99', 6),
			part(`mean ${mean === null ? 'N/A' : `${formatMs(mean)} ms`}`, 'plain', 5),
		],
		layout,
	);
}
