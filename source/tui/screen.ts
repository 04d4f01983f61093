import type {ExperimentFiles} from '../journal/experiment-files.ts';
import type {RunState} from '../journal/state.ts';
import type {ControlRequest} from '../plan/control-request.ts';
import type {Action, ScreenName} from './keys.ts';
import type {VisibleBlock} from './parts/blocks.ts';
import type {TextField} from './parts/text-field.ts';
import type {PickerScene, RunChoice} from './picker-source.ts';
import type {Theme} from './theme.ts';

/** All that a screen is drawn from; nothing else reaches it. */
export type Scene = {
	readonly state: RunState;
	/** Epoch ms. */
	readonly now: number;
	/** Paths that a person opens next, as they would be typed. */
	readonly paths: readonly string[];
	/** Experiment of the detail screen; null on other screens. */
	readonly lookedInto: string | null;
	/** What the files say of the experiment that is looked into; null on other screens and until they are read. */
	readonly files: ExperimentFiles | null;
	/** What can be picked; null once a run is shown. */
	readonly picker: PickerScene | null;
};

/** Room for a screen's body, the watermark and the line of keys not counted. */
export type Layout = {
	readonly columns: number;
	readonly rows: number;
	readonly theme: Theme;
	readonly utcOffsetMinutes: number;
};

/** Asked of the run, by its user. */
export type RunRequest = 'drain' | 'stop' | 'kill';

/** A question before something is lost; what is not an express yes is a no. */
export type Question = {
	/** What will happen, a sentence a line. */
	readonly lines: readonly string[];
	/** As it stands after `y`: `stop the run`. */
	readonly yes: string;
	readonly effect: Effect;
};

/** What a key asks of the world outside the screen, or of the frame around it. */
export type Effect =
	| {readonly kind: 'request'; readonly request: RunRequest}
	/** Answered with a sentence that is said on the line of keys. */
	| {readonly kind: 'control'; readonly request: ControlRequest}
	/** From another screen; answered with a sentence, too. */
	| {readonly kind: 'take-control'}
	| {readonly kind: 'start'; readonly choice: RunChoice}
	/** What a choice comes to is to be worked out. */
	| {readonly kind: 'consider'; readonly choice: RunChoice}
	/** Once, on the line of keys. */
	| {readonly kind: 'say'; readonly text: string}
	| {readonly kind: 'look-into'; readonly id: string}
	| {readonly kind: 'go'; readonly to: ScreenName}
	| {readonly kind: 'ask'; readonly question: Question}
	/** To the clipboard of the user's own terminal; `what` is said when it is done. */
	| {readonly kind: 'copy'; readonly text: string; readonly what: string}
	/** The report of the run; answered with a sentence that says where it is. */
	| {readonly kind: 'export'}
	| {readonly kind: 'back'}
	| {readonly kind: 'leave'}
	| {readonly kind: 'redraw'};

/** What a screen remembers after a key, and what it asks for; null says that Esc had something to close here. */
type Acted<Own> = {readonly own: Own; readonly effect?: Effect | null};

/**
 * One screen. `Own` is what its user chose on it (a cursor, a filter); `Model` is what it shows and what its keys act
 * on, made from the scene only while the screen is shown. All four functions are pure.
 */
type Screen<Own, Model> = {
	readonly initial: Own;
	readonly select: (scene: Scene, own: Own, layout: Layout) => Model;
	/** At most `layout.rows` rows. */
	readonly lay: (model: Model, own: Own, layout: Layout) => readonly VisibleBlock[];
	readonly act: (own: Own, action: Action, model: Model) => Acted<Own>;
	/** A line of text that takes the keys while it is open. */
	readonly input?: {
		readonly open: (own: Own) => TextField | null;
		readonly write: (own: Own, field: TextField, end: 'typing' | 'accepted' | 'cancelled', model: Model) => Acted<Own>;
	};
};

export type AnyScreen = Screen<unknown, unknown>;

/** Forgets the screen's own types, so that one table holds all screens; the frame gives each only what it made. */
export const defineScreen = <Own, Model>(screen: Screen<Own, Model>): AnyScreen => screen as unknown as AnyScreen;
