import {Box, useInput, useWindowSize} from 'ink';
import {useEffect, useMemo, useRef, useState, useSyncExternalStore} from 'react';
import {type Course, selectHeader, selectLanes, selectMessages} from '../journal/select.ts';
import {summarize} from '../report/summarize.ts';
import type {Summary} from '../report/summary.ts';
import type {Frame, Frames} from './frames.ts';
import {layKeyLine, readKeys} from './keys.ts';
import {layWatermark} from './panels/header.ts';
import {Lines} from './parts/line.ts';
import {Dashboard} from './screens/dashboard.tsx';
import {Help} from './screens/help.tsx';
import {MIN_COLUMNS, MIN_ROWS} from './screens/layout.ts';
import {pageSummary, SummaryScreen} from './screens/summary.tsx';
import {TooSmall} from './screens/too-small.tsx';
import type {Theme} from './theme.ts';
import {
	type Effect,
	initialView,
	nextRequest,
	press,
	type RunRequest,
	type Situation,
	screenOf,
	type View,
} from './view.ts';

type AppProps = {
	readonly frames: Frames;
	readonly theme: Theme;
	readonly utcOffsetMinutes: number;
	/** Paths that the summary names. */
	readonly files: readonly string[];
	readonly onRequest: (request: RunRequest) => void;
	readonly onLeave: () => void;
	readonly onRedraw: () => void;
};

export function App(props: AppProps) {
	const frame = useSyncExternalStore(props.frames.subscribe, props.frames.get);
	const {columns, rows} = useWindowSize();
	const [view, setView] = useState(initialView);
	const latest = useRef(view);
	const screen = useScreen(frame, view, {...props, columns, rows});
	const {situation} = screen;

	useInput((input, key) => {
		for (const pressed of readKeys(input, key)) {
			const {view: next, effect} = press(latest.current, pressed, situation);
			latest.current = next;
			perform(effect, props);
		}
		setView(latest.current);
	});
	useEffect(() => {
		if (situation.courseKind === 'closed' && view.asked !== null) props.onLeave();
	}, [situation.courseKind, view.asked, props.onLeave]);

	return (
		<Box flexDirection="column" width="100%" height={rows} overflow="hidden">
			{screen.element}
		</Box>
	);
}

function perform(effect: Effect | null, {onRequest, onLeave, onRedraw}: AppProps): void {
	if (effect?.kind === 'ask') onRequest(effect.request);
	if (effect?.kind === 'leave') onLeave();
	if (effect?.kind === 'redraw') onRedraw();
}

type ScreenOptions = AppProps & {readonly columns: number; readonly rows: number};

/** Made anew when a fact came, not with every frame: of 10 000 cells it takes the runner's own thread half a second. */
function useSummary({state, now}: Frame, isShown: boolean): Summary | null {
	const made = useRef<{readonly seq: number; readonly summary: Summary} | null>(null);
	if (!isShown) return null;
	if (made.current?.seq !== state.seq) made.current = {seq: state.seq, summary: summarize(state, now)};
	const {summary} = made.current;
	return {...summary, elapsedS: Math.max(0, (summary.endedAt ?? now) - summary.startedAt) / 1000};
}

/** The last column stays empty: a terminal that has drawn there erases it with the next line. */
function useScreen(frame: Frame, view: View, options: ScreenOptions) {
	const {theme, utcOffsetMinutes, files, columns, rows} = options;
	const {state, now} = frame;
	const size = {columns: columns - 1, rows: rows - 1, theme};
	const header = useMemo(() => selectHeader(state, now), [state, now]);
	const lanes = useMemo(() => selectLanes(state, now), [state, now]);
	const messages = useMemo(() => selectMessages(state), [state]);
	const shown = screenOf(view, {courseKind: header.course.kind});
	const summary = useSummary(frame, shown === 'summary');
	const pages = summary && pageSummary(summary, {...size, files});
	const situation: Situation = {
		courseKind: header.course.kind,
		laneCount: lanes.length,
		maxOffset: pages?.maxOffset ?? 0,
		page: pages?.page ?? 1,
	};
	const watermark = header.simulated ? [layWatermark({width: size.columns, glyphs: theme.glyphs})] : [];
	const keyLine = layKeyLine(shown, describeLeaving(view, header.course), size.columns, theme.glyphs);

	const draw = () => {
		if (columns < MIN_COLUMNS || rows < MIN_ROWS) return <TooSmall {...{columns, rows, watermark, keyLine, theme}} />;
		if (view.help) return <Help {...size} watermark={watermark} />;
		const body =
			summary && pages ? (
				<SummaryScreen
					{...size}
					summary={summary}
					blocks={pages.blocks}
					offset={view.offset}
					utcOffsetMinutes={utcOffsetMinutes}
				/>
			) : (
				<Dashboard {...size} {...{header, lanes, messages, utcOffsetMinutes}} selected={view.lane} />
			);
		return (
			<>
				{body}
				<Lines lines={[keyLine]} theme={theme} />
			</>
		);
	};
	return {situation, element: draw()};
}

/** What the next q does, said before it is pressed. */
function describeLeaving(view: View, course: Course): string {
	switch (nextRequest(view, {courseKind: course.kind})) {
		case null:
			return 'leave';
		case 'drain':
			return 'start nothing more, then leave';
		case 'stop':
			return 'stop the running ones (draining now)';
		case 'kill':
			return 'kill the running ones (stopping now)';
	}
}
