import {Box, useApp, useInput, useWindowSize} from 'ink';
import {useEffect, useMemo, useRef, useState, useSyncExternalStore} from 'react';
import type {ExperimentFiles, ExperimentSource} from '../journal/experiment-files.ts';
import {selectCourse, selectSimulated} from '../journal/select.ts';
import type {RunState} from '../journal/state.ts';
import {type AttachmentSource, describeAttachment} from './attachment.ts';
import type {Frame, Frames} from './frames.ts';
import {layKeyLine} from './key-lines.ts';
import type {ScreenName} from './keys.ts';
import {findMaxHelpOffset, layAnswers, layHelpPage, layQuestion, layTooSmall} from './overlays.ts';
import {layBanner, listForeign, WATERMARK} from './panels/header.ts';
import {type Greeting, laySince} from './panels/since.ts';
import {BlockList} from './parts/block-list.tsx';
import {showLines, type VisibleBlock} from './parts/blocks.ts';
import {pack, part} from './parts/line.ts';
import {Lines} from './parts/lines.tsx';
import type {PickerSource} from './picker-source.ts';
import {readKeys} from './read-keys.ts';
import type {Layout, Scene} from './screen.ts';
import {MIN_COLUMNS, MIN_ROWS} from './screens/layout.ts';
import {SCREENS} from './screens/list.ts';
import type {SuspendTerminal} from './suspension.ts';
import type {Theme} from './theme.ts';
import {nextRequest, type OutsideEffect, press, type Situation, screenOf, startView, type View} from './view.ts';

type AppProps = {
	readonly frames: Frames;
	readonly theme: Theme;
	readonly utcOffsetMinutes: number;
	/** Paths that the summary names. */
	readonly files: readonly string[];
	/** Where the detail screen reads; without it it shows what the state knows. */
	readonly experiments?: ExperimentSource | undefined;
	/** Set: another process runs the run. */
	readonly attachment?: AttachmentSource | undefined;
	/** What is shown first to somebody who comes back. */
	readonly greeting?: Greeting | null | undefined;
	/** Set: the app begins with the picker. */
	readonly picker?: PickerSource | undefined;
	/** Whether the run that is shown can be ended from here; a replay has nothing to end. */
	readonly isOwner: boolean;
	/** Resolves to what is said of it, if anything is. */
	readonly onEffect: (effect: OutsideEffect) => Promise<string> | undefined;
	/** Watches for what takes the terminal away for a while; the returned function ends that. */
	readonly followStops?: (suspend: SuspendTerminal) => () => void;
};

export function App(props: AppProps) {
	const frame = useSyncExternalStore(props.frames.subscribe, props.frames.get);
	const {columns, rows} = useWindowSize();
	const [view, setView] = useState(() => startView(props.picker ? 'picker' : null, props.greeting));
	const latest = useRef(view);
	const course = selectCourse(frame.state);
	const shown = screenOf(view, {courseKind: course.kind});
	const scene = useScene(props, frame, shown === 'detail' ? view.lookedInto : null);
	const attachment = useAttachment(props.attachment);
	const banners = listBanners(frame.state, describeAttachment(attachment), columns - 1);
	const layout = useLayout(props, columns, rows, banners.length);
	const own = view.own[shown];
	const model = useMemo(() => SCREENS[shown].select(scene, own, layout), [shown, scene, own, layout]);
	const situation: Situation = {
		courseKind: course.kind,
		isOwner: props.isOwner,
		control: props.attachment ? (attachment?.control ?? PENDING) : null,
		active: frame.state.counts.active,
		waiting: frame.state.counts.waiting,
		model,
		maxHelpOffset: findMaxHelpOffset(shown, layout),
	};

	const say = (notice: string): void => {
		latest.current = {...latest.current, notice};
		setView(latest.current);
	};

	useInput((input, key) => {
		// Two events can come before the next frame, and the second acts on what the first has made.
		let now = latest.current === view ? situation : follow(situation, latest.current, scene, layout);
		for (const pressed of readKeys(input, key)) {
			const {view: next, effect} = press(latest.current, pressed, now);
			latest.current = next;
			if (effect) void props.onEffect(effect)?.then(say);
			now = follow(now, next, scene, layout);
		}
		setView(latest.current);
	});
	const {suspendTerminal} = useApp();
	useEffect(() => props.followStops?.(suspendTerminal), [props.followStops, suspendTerminal]);
	useEffect(() => {
		if (course.kind === 'closed' && view.asked !== null) void props.onEffect({kind: 'leave'});
	}, [course.kind, view.asked, props.onEffect]);

	useEffect(() => {
		if (!attachment?.said) return;
		latest.current = {...latest.current, notice: attachment.said.text};
		setView(latest.current);
	}, [attachment?.said]);

	const isTooSmall = columns < MIN_COLUMNS || rows < MIN_ROWS;
	const body = isTooSmall ? showLines(layTooSmall(columns, rows, layout)) : layBody(view, shown, model, layout);
	return (
		<Box flexDirection="column" width="100%" height={rows}>
			{banners.length > 0 && (
				<Lines lines={banners.map((text) => layBanner(text, columns - 1, props.theme))} theme={props.theme} />
			)}
			<Box flexDirection="column" width="100%" height={layout.rows} flexShrink={0}>
				<BlockList blocks={body} columns={layout.columns} theme={props.theme} />
			</Box>
			<Lines lines={[layBottom(view, shown, situation, layout)]} theme={props.theme} />
		</Box>
	);
}

/** A chunk may hold several keys, and each acts on what the ones before it have made. */
function follow(situation: Situation, view: View, scene: Scene, layout: Layout): Situation {
	const shown = screenOf(view, situation);
	return {
		...situation,
		model: SCREENS[shown].select(scene, view.own[shown], layout),
		maxHelpOffset: findMaxHelpOffset(shown, layout),
	};
}

/** The last column and the last row stay empty: a terminal that has drawn there erases it with the next line. */
function useLayout({theme, utcOffsetMinutes}: AppProps, columns: number, rows: number, banners: number) {
	return useMemo(
		() => ({
			columns: columns - 1,
			rows: Math.max(1, rows - 1 - banners),
			theme,
			utcOffsetMinutes,
		}),
		[columns, rows, theme, utcOffsetMinutes, banners],
	);
}

function useScene(
	{files: paths, experiments, picker}: AppProps,
	{state, now}: Frame,
	lookedInto: string | null,
): Scene {
	const files = useExperimentFiles(experiments, lookedInto);
	const picked = usePicker(picker);
	return useMemo(
		() => ({state, now, paths, lookedInto, files, picker: picked}),
		[state, now, paths, lookedInto, files, picked],
	);
}

function useExperimentFiles(source: ExperimentSource | undefined, id: string | null): ExperimentFiles | null {
	const [files, setFiles] = useState<ExperimentFiles | null>(null);
	useEffect(() => {
		setFiles(null);
		return id === null ? undefined : source?.follow(id, setFiles);
	}, [source, id]);
	return files;
}

const NO_ATTACHMENT: AttachmentSource = {get: () => null, subscribe: () => () => {}};
const PENDING = {kind: 'none', why: 'the runner is being asked'} as const;

const useAttachment = (source: AttachmentSource = NO_ATTACHMENT) => useSyncExternalStore(source.subscribe, source.get);

const listBanners = (state: RunState, attached: string | null, columns: number): readonly string[] => [
	...(selectSimulated(state) ? [WATERMARK] : []),
	...listForeign(state.opened?.foreign, columns),
	...(attached === null ? [] : [attached]),
];

const NO_PICKER: PickerSource = {get: () => null, subscribe: () => () => {}, consider: () => {}};

const usePicker = (source: PickerSource = NO_PICKER) => useSyncExternalStore(source.subscribe, source.get);

function layBody(view: View, shown: ScreenName, model: unknown, layout: Layout): readonly VisibleBlock[] {
	if (view.question) return showLines(layQuestion(view.question, layout));
	if (view.greeting) return showLines(laySince(view.greeting, layout));
	if (view.help !== null) return showLines(layHelpPage(shown, view.help, layout));
	return SCREENS[shown].lay(model, view.own[shown], layout);
}

function layBottom(view: View, shown: ScreenName, situation: Situation, {columns, theme}: Layout) {
	if (view.notice !== null) return pack([part(view.notice, 'accent')], columns, theme.glyphs);
	if (view.question) return layAnswers(view.question, columns, theme.glyphs);
	if (SCREENS[shown].input?.open(view.own[shown]))
		return pack([part('Enter take it', 'strong'), part('Esc leave it as it was', 'dim')], columns, theme.glyphs);
	return layKeyLine(shown, describeLeaving(view, shown, situation), columns, theme.glyphs);
}

const describeLeavingRun = ({kind}: NonNullable<Situation['control']>): string =>
	kind === 'gone' ? 'leave' : 'leave (the run goes on)';

/** What the next q does, said before it is pressed. */
function describeLeaving(view: View, shown: ScreenName, situation: Situation): string {
	if (shown === 'detail') return 'back';
	if (shown === 'picker') return 'leave';
	if (situation.control !== null && situation.courseKind !== 'closed') return describeLeavingRun(situation.control);
	switch (nextRequest(view, situation)) {
		case null:
			return 'leave';
		case 'drain':
			return 'leave (asks: the run ends with this program)';
		case 'stop':
			return 'stop the running ones (asks; draining now)';
		case 'kill':
			return 'kill the running ones (asks; stopping now)';
	}
}
