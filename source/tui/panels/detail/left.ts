import type {Json} from '../../../domain/json.ts';
import type {ExperimentView} from '../../../journal/select-experiment.ts';
import {formatFigure} from '../../../report/left/metric-rows.ts';
import type {Line} from '../../parts/line.ts';
import {formatNumber} from '../../parts/units.ts';
import {layField, type PageLayout} from './page.ts';

const MOST_METRICS = 24;
const MOST_STAGES = 12;

/** Numbers and stages of a program that is none of ours, by its own names. */
export function layLeft({isBundled, result, units}: ExperimentView, layout: PageLayout): readonly Line[] {
	if (isBundled || !result) return [];
	const metrics = Object.entries(result.metrics);
	const shown = metrics
		.slice(0, MOST_METRICS)
		.map(([name, value]) => `${name} ${formatValue(value)}${sayUnit(units[name])}`);
	const rest = metrics.length - shown.length;
	const stages = Object.entries(result.stagesS ?? {});
	const times = stages.slice(0, MOST_STAGES).map(([name, seconds]) => `${name} ${formatNumber(seconds, 1)} s`);
	return [
		...(times.length === 0 ? [] : layField('stages', sayMore(times, stages.length - times.length), layout)),
		...(shown.length === 0 ? [] : layField('metrics', sayMore(shown, rest), layout)),
	];
}

const sayUnit = (unit: string | undefined): string => (unit === undefined ? '' : ` ${unit}`);

const sayMore = (all: readonly string[], more: number): string =>
	[...all, ...(more > 0 ? [`and ${more} more`] : [])].join('  ');

function formatValue(value: Json): string {
	if (typeof value === 'number') return formatFigure(value);
	if (value === null) return 'N/A';
	return Array.isArray(value) ? `${value.length} values` : JSON.stringify(value);
}
