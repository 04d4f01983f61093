import {listCampaignSections} from './campaign/campaign-sections.ts';
import {countNoun, formatInterval, formatPercent, formatSeconds} from './figures.ts';
import {describeForeign} from './foreign/mark.ts';
import {sayInShort} from './in-short.ts';
import {listModelPenalties, listPenalties} from './penalty-text.ts';
import {listSection} from './section.ts';
import {describeClasses, listSections} from './study-sections.ts';
import type {Group, Summary} from './summary.ts';
import {
	describeRepeats,
	listDegradations,
	listFailures,
	listInvalidations,
	listPostponements,
	listSkips,
	listThroughput,
} from './summary-sections.ts';
import {measureColumns, stripControls, toOneLine, wrapText} from './text.ts';

/** What stands above and below everything that warpdeck did not measure on hardware. */
export const listMarks = ({simulated, foreign}: Pick<Summary, 'simulated' | 'foreign'>): readonly string[] => [
	...(simulated ? [WATERMARK] : []),
	...(foreign ? [describeForeign(foreign)] : []),
];

type SummaryLayout = {
	/** Width of the terminal; less than 60 counts as 60. */
	readonly columns: number;
	/** Where the results are, as the user would type it. */
	readonly files?: readonly string[];
	/** The command that runs what failed, is invalid or is missing; null when nothing is. */
	readonly resume?: string | null;
	/** For terminals and files without Unicode: anything else becomes `?`. */
	readonly ascii?: boolean;
};

const NARROWEST = 60;
/** First and last line of everything that shows simulated numbers. */
export const WATERMARK = 'SIMULATED - no hardware produced these numbers';

/** The summary as plain lines without colour, none wider than the terminal; it ends with a line break. */
export function formatSummary(
	summary: Summary,
	{columns, files = [], resume = null, ascii = false}: SummaryLayout,
): string {
	const width = Math.max(NARROWEST, Math.floor(columns));
	const sections = [
		[describeState(summary), ...describeSuccess(summary)],
		sayInShort(summary),
		...listCampaignSections(summary).map((section) => listSection(section, width)),
		describeGroups(summary),
		listFailures(summary.failures),
		listPostponements(summary.postponements),
		listSkips(summary.skips),
		listInvalidations(summary.invalidations, summary.foreign !== undefined),
		listDegradations(summary.degradations),
		summary.throughput.length === 0 && summary.searches.length > 0
			? []
			: [...listThroughput(summary.throughput, width), ...sayClasses(summary)],
		listPenalties(summary.penalties, width),
		listModelPenalties(summary.penalties, width),
		...listSections(summary).map((section) => listSection(section, width)),
		describeNotes(summary),
		resume === null ? [] : ['What failed, is invalid or is missing', `  ${resume}`],
		files.length === 0 ? [] : ['Files', ...files.map((file) => `  ${file}`)],
	];
	const body = sections.filter((lines) => lines.length > 0).map((lines) => lines.flatMap((line) => fold(line, width)));
	const marks = listMarks(summary);
	const watermark = marks.length > 0 ? [marks.flatMap((mark) => fold(mark, width))] : [];
	const text = [...watermark, ...body, ...watermark].map((lines) => lines.join('\n')).join('\n\n');
	return `${ascii ? toAscii(text) : text}\n`;
}

const sayClasses = (summary: Summary): readonly string[] => {
	const classes = describeClasses(summary);
	return classes === null ? [] : [`  ${classes}`];
};

/** Tables fit already and stay as they are; longer lines are broken between words and keep their indentation. */
function fold(line: string, width: number): readonly string[] {
	const clean = stripControls(line);
	if (measureColumns(clean) <= width) return [clean];
	const indent = ' '.repeat(clean.length - clean.trimStart().length);
	return wrapText(toOneLine(clean), width - indent.length).map((part) => indent + part);
}

const toAscii = (text: string): string => text.replaceAll('…', '~').replaceAll(/[^\n -~]/gu, '?');

function describeState(summary: Summary): string {
	const {suite, state, elapsedS, foreign} = summary;
	if (foreign) return `${suite}: imported from ${foreign.folder}`;
	const took = formatSeconds(elapsedS);
	const problems = hasProblems(summary) ? 'finished with problems' : 'finished';
	const ends = {
		running: `not closed, ${took} since it began`,
		finished: `${problems} in ${took}`,
		drained: `ended early after ${took}; to run the rest: warpdeck resume`,
		stopped: `stopped after ${took}; to run the rest: warpdeck resume`,
		interrupted: `interrupted after ${took}; to go on: warpdeck resume`,
	} as const;
	return `${suite}: ${ends[state]}`;
}

/** A warm-up or a control that failed or is invalid is one too, though no cell is. */
const hasProblems = ({degraded, postponed, skipped, unfinished, failures, invalidations}: Summary): boolean =>
	degraded + postponed + skipped + unfinished + failures.length + invalidations.length > 0;

/** Both denominators: what was planned, and what came to an end. */
function describeSuccess(summary: Summary): readonly string[] {
	const {total, succeeded, degraded, invalid, failed, postponed, skipped, unfinished, distinct} = summary;
	const {successRatePercent, triedRatePercent} = summary;
	if (successRatePercent === null) return ['Nothing was planned.'];
	const good = succeeded + degraded;
	const tried = total - unfinished - postponed - skipped;
	const ofTried =
		triedRatePercent === null ? 'none has ended yet' : `${good} of ${tried} tried = ${formatPercent(triedRatePercent)}`;
	const parts = [
		degraded > 0 ? `${degraded} of these degraded` : null,
		invalid > 0 ? `${invalid} invalid` : null,
		failed > 0 ? `${failed} failed` : null,
		postponed > 0 ? `${postponed} postponed` : null,
		skipped > 0 ? `${skipped} skipped` : null,
		unfinished > 0 ? `${unfinished} not finished` : null,
		distinct < total ? `${total - distinct} repeat another cell and share its result` : null,
	].filter((part) => part !== null);
	return [
		`Succeeded: ${good} of ${countNoun(total, 'cell')} planned = ${formatPercent(successRatePercent)}; ${ofTried}`,
		...(parts.length === 0 ? [] : [`  ${parts.join(', ')}`]),
		...describeInterval(summary),
		...describeRepeats(summary.repeats).map((line) => `  ${line}`),
	];
}

const describeInterval = ({interval}: Summary): readonly string[] =>
	interval === null ? [] : [`  95 % interval of the tried: ${formatInterval(interval)} (Wilson)`];

/** Only groupings that tell something: a single group repeats the line above. */
function describeGroups({groups: {bySuite, byGpu, byNode, byModel}, reasons}: Summary): readonly string[] {
	return [
		...describeGroup('By suite', bySuite),
		...describeGroup('By GPU', byGpu),
		...describeGroup('By NUMA node', byNode),
		...describeGroup('By model', byModel),
		...(reasons.length === 0
			? []
			: [`Failed by reason: ${reasons.map(({kind, count}) => `${kind} ${count}`).join(', ')}`]),
	];
}

const describeGroup = (title: string, groups: readonly Group[]): readonly string[] =>
	groups.length < 2
		? []
		: [`${title}: ${groups.map(({label, succeeded, total}) => `${label} ${succeeded}/${total}`).join(', ')}`];

function describeNotes({notes, anomalyCount}: Summary): readonly string[] {
	const anomalies =
		anomalyCount === 0
			? []
			: [`The journal has ${countNoun(anomalyCount, 'fact')} that cannot be true; they are not counted.`];
	const all = [...notes, ...anomalies];
	return all.length === 0 ? [] : ['Read before you quote', ...all.map((note) => `  ${note}`)];
}
