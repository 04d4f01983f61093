import type {Experiment} from '../../../domain/experiment.ts';
import {countAtOnce} from '../../../plan/executions.ts';
import type {Plan} from '../../../plan/plan.ts';
import {wrapText} from '../../../report/text.ts';
import {clean, displayWidth, fit} from '../../parts/fit.ts';
import {type Line, pack, part} from '../../parts/line.ts';
import type {Outcome} from '../../picker-source.ts';
import type {Glyphs, Tone} from '../../theme.ts';
import {layPlannedPhases} from './phases.ts';

type PlanLayout = {readonly width: number; readonly glyphs: Glyphs};

/** Lines of any number, of which only those on the screen are made. */
export type PlanLines = {readonly count: number; readonly line: (index: number) => Line};

type Planned = Extract<Outcome, {kind: 'planned'}>;

const INDENT = '  ';

/** What will run: what stands against it, how much room and time it takes, every experiment in order, what to know besides. */
export function listPlanLines(outcome: Outcome | null, layout: PlanLayout): PlanLines {
	if (outcome === null) return fromLines(say(layout.glyphs.ellipsis, 'dim', layout));
	switch (outcome.kind) {
		case 'counted':
			return fromLines(say('The machine is being asked; what runs where comes next.', 'dim', layout));
		case 'unplanned':
			return fromLines(say(`Not listed: ${outcome.reason}.`, 'plain', layout));
		case 'refused':
			return fromLines([
				...outcome.error.split('\n').flatMap((line) => say(line, 'failed', layout)),
				...outcome.hints.flatMap((hint) => say(`try: ${hint}`, 'plain', layout)),
			]);
		case 'planned':
			return listPlanned(outcome, layout);
	}
}

function listPlanned(outcome: Planned, layout: PlanLayout): PlanLines {
	const {plan, remarks} = outcome;
	const problems = plan.problems.flatMap(({message, advice, cells}) => [
		...say(`cannot run here: ${message}${cells > 1 ? ` (${cells} times)` : ''}`, 'failed', layout),
		...say(`try: ${advice}`, 'plain', layout),
	]);
	const notices = plan.notices.flatMap((notice) => say(`note: ${notice}`, 'plain', layout));
	const phases = plan.campaign ? layPlannedPhases(plan, plan.campaign, layout) : [];
	const before = [...problems, layRoom(outcome, layout), ...phases, ...notices];
	const after = remarks.flatMap((remark) => say(remark, 'dim', layout));
	const layExperiment = layExperiments(plan, layout);
	const {experiments} = plan;
	return {
		count: before.length + experiments.length + after.length,
		line: (index) => {
			const experiment = experiments[index - before.length];
			if (experiment && index >= before.length) return layExperiment(experiment);
			return before[index] ?? after[index - before.length - experiments.length] ?? [];
		},
	};
}

function layRoom({plan, time, diskMiB, pinnedMiB}: Planned, {width, glyphs}: PlanLayout): Line {
	const lanes = plan.lanes.length;
	const parts = [
		part(`${INDENT}time ${time}`, 'strong', 9),
		part(`${lanes} lane${lanes === 1 ? '' : 's'}, ${countAtOnce(plan)} at once`, 'plain', 8),
		part(`disk up to ${diskMiB} MiB`, 'plain', 7),
		part(pinnedMiB > 0 ? `pinned memory up to ${pinnedMiB} MiB` : '', 'plain', 6),
	];
	return pack(parts, width, glyphs);
}

/** Makes the rows of one plan, all with the same columns. */
function layExperiments(
	{experiments, lanes, jobs}: Plan,
	{width, glyphs}: PlanLayout,
): (experiment: Experiment) => Line {
	const labels = new Map(lanes.map(({id, label}) => [id, clean(label, glyphs.ascii)]));
	const labelWidth = Math.min(
		30,
		[...labels.values()].reduce((most, label) => Math.max(most, displayWidth(label)), 0),
	);
	const modelWidth = experiments.reduce((most, {model}) => Math.max(most, model?.length ?? 0), 0);
	const idWidth = experiments.reduce((most, {id}) => Math.max(most, id.length), 0);
	return ({id, lane, binding, memoryNode, model, job}) => {
		const held = memoryNode === undefined ? binding.kind : `mem ${memoryNode}`;
		const node = binding.kind === 'off' ? 'unbound' : `node ${binding.node} ${held}`;
		return pack(
			[
				part(`${INDENT}${id.padEnd(idWidth)}`, 'plain', 9),
				part(fit(labels.get(lane) ?? lane, labelWidth, glyphs.ellipsis), 'dim', 7),
				part(node.padEnd('node 00 strict'.length), 'dim', 6),
				part((model ?? '').padEnd(jobs > 1 ? modelWidth : 0), 'dim', 5),
				part(jobs > 1 ? `job ${job}` : '', 'dim', 8),
			],
			width,
			glyphs,
		);
	};
}

const fromLines = (lines: readonly Line[]): PlanLines => ({count: lines.length, line: (index) => lines[index] ?? []});

const say = (text: string, tone: Tone, {width, glyphs}: PlanLayout): readonly Line[] =>
	wrapText(text, Math.max(10, width - INDENT.length)).map((line) =>
		pack([part(`${INDENT}${line}`, tone)], width, glyphs),
	);
