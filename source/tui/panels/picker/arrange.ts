import {describeExecutions} from '../../../plan/executions.ts';
import {wrapText} from '../../../report/text.ts';
import {truncate} from '../../parts/fit.ts';
import {type Line, pack, part, rule, spread} from '../../parts/line.ts';
import {type Counts, DESCRIPTION_KEY, type Outcome, type PickerScene} from '../../picker-source.ts';
import type {Layout} from '../../screen.ts';
import {type PickerModel, type PickerOwn, readSetting, selectModel} from './model.ts';
import {layOptions} from './options.ts';
import {layOverrides} from './overrides.ts';
import {listPlanLines, type PlanLines} from './plan.ts';
import {laySuites} from './suites.ts';

/** The picker's model with the rows that each part of it gets; together they fill the screen. */
export type PickerView = PickerModel & {
	readonly plan: PlanLines;
	/** With their titles. */
	readonly suiteRows: number;
	readonly planRows: number;
	readonly maxScroll: number;
	/** The equivalent command, and what else is worth a line above the options. */
	readonly commandLines: readonly Line[];
	readonly mentions: readonly Line[];
};

/** Title, overrides with their status, and the rule above the plan. */
const FIXED_ROWS = 4;
const LEAST_SUITE_ROWS = 3;
const LEAST_PLAN_ROWS = 2;

/** All suites if they fit, then as much of the plan as there is room for; a third of the room belongs to the plan at least. */
export function arrangePicker(scene: PickerScene, own: PickerOwn, layout: Layout): PickerView {
	const {columns: width, rows, theme} = layout;
	const model = selectModel(scene, own);
	const commandLines = layCommand(model.command ?? '', layout);
	const mentions = [...layDescription(model, layout), ...layMentions(scene, layout)];
	const room = rows - FIXED_ROWS - model.options.length - commandLines.length - mentions.length;
	const plan = planOnce(model.outcome, width, theme.glyphs.ascii, layout);
	const leastPlan = Math.max(LEAST_PLAN_ROWS, Math.floor(room / 3));
	const suiteRows = Math.min(scene.suites.length + 1, Math.max(LEAST_SUITE_ROWS, room - leastPlan));
	const planRows = Math.max(0, room - suiteRows);
	const maxScroll = Math.max(0, plan.count - planRows);
	return {...model, plan, suiteRows, planRows, maxScroll, commandLines, mentions};
}

export function layPicker(view: PickerView, own: PickerOwn, layout: Layout): readonly Line[] {
	const {columns: width, rows, theme} = layout;
	const {glyphs} = theme;
	const {scene, cursor, plan, planRows, maxScroll, suiteRows} = view;
	const scroll = Math.min(own.scroll, maxScroll);
	const isFocused = own.pane === 'suites' && own.before === null;
	const shown = Array.from({length: planRows}, (_, row) => plan.line(scroll + row));
	return [
		layTitle(scene, layout),
		...laySuites(scene.suites, {width, rows: suiteRows, glyphs, cursor, isFocused}),
		...view.mentions,
		...layOptions(view, own, {width, glyphs}),
		...layOverrides(view, own, {width, glyphs}),
		rule(describePlan(view, scroll), width, glyphs),
		...shown,
		...view.commandLines,
	].slice(0, rows);
}

function layTitle({machine, simulated}: PickerScene, {columns, theme}: Layout): Line {
	const left = [part('warpdeck', 'strong', 9), part('pick a suite', 'plain', 8)];
	const right = [
		part(simulated ? 'SIMULATED host' : '', 'watermark', 9),
		part(machine ?? 'asking the machine', machine === null ? 'dim' : 'plain', 7),
	];
	return spread(left, right, columns, theme.glyphs);
}

/** What the chosen suite is for; a row of its own also while it is being read, so that nothing moves. */
function layDescription({scene, cursor}: PickerModel, {columns, rows, theme}: Layout): readonly Line[] {
	if (rows < ROOMY_ROWS) return [];
	const text = readSetting(scene.suites[cursor]?.outcome ?? null, DESCRIPTION_KEY) ?? '';
	return [pack([part(text === '' ? '' : `  ${text}`, 'dim')], columns, theme.glyphs)];
}

const ROOMY_ROWS = 20;

function layMentions({unfinished, notices}: PickerScene, {columns, theme}: Layout): readonly Line[] {
	const texts = [
		...notices.map((notice) => ({text: `warning: ${notice}`, tone: 'degraded' as const})),
		...(unfinished === null
			? []
			: [
					{
						text: `unfinished: ${unfinished.suite} has ${unfinished.left} left: ${unfinished.command}`,
						tone: 'accent' as const,
					},
				]),
	];
	return texts.slice(0, MOST_MENTIONS).map(({text, tone}) => pack([part(text, tone)], columns, theme.glyphs));
}

const MOST_MENTIONS = 2;

/** As many rows as it needs, within what a small screen can spare; leaving prints it whole. */
function layCommand(command: string, {columns, rows, theme}: Layout): readonly Line[] {
	const most = rows < ROOMY_ROWS ? 1 : 3;
	const lines = wrapText(command, columns - PROMPT.length);
	const shown = lines.slice(0, most);
	return shown.map((line, index) => {
		const isCut = index === most - 1 && lines.length > most;
		const text = isCut
			? truncate(`${line}  `, Math.min(columns - PROMPT.length, line.length + 1), theme.glyphs.ellipsis)
			: line;
		return [
			{text: index === 0 ? PROMPT : ' '.repeat(PROMPT.length), tone: 'dim'},
			...pack([part(text, 'strong')], columns - PROMPT.length, theme.glyphs),
		];
	});
}

const PROMPT = '$ ';

function describePlan({outcome, plan, planRows}: PickerView, scroll: number): string {
	const counts = outcome && countsOf(outcome);
	const what = counts ? `what will run: ${formatCounts(counts)}` : 'what will run';
	return plan.count > planRows ? `${what}; lines ${scroll + 1}-${scroll + planRows} of ${plan.count}` : what;
}

const countsOf = (outcome: Outcome): Counts | null =>
	outcome.kind === 'planned' || outcome.kind === 'counted' ? outcome.counts : null;

const formatCounts = (counts: Counts): string => {
	const {cells, distinct, jobs} = counts;
	return `${cells} cells, ${distinct} distinct, ${describeExecutions(counts)}${jobs > 1 ? ` of ${jobs} jobs` : ''}`;
};

/** Made once for a choice and a width: of thousands of experiments the widest name is looked for. */
const planOnce = (() => {
	let made: {readonly outcome: Outcome | null; readonly key: string; readonly lines: PlanLines} | null = null;
	return (outcome: Outcome | null, width: number, ascii: boolean, {theme}: Layout): PlanLines => {
		const key = `${width} ${ascii}`;
		if (made?.outcome !== outcome || made.key !== key)
			made = {outcome, key, lines: listPlanLines(outcome, {width, glyphs: theme.glyphs})};
		return made.lines;
	};
})();
