export type ScreenName = 'picker' | 'dashboard' | 'results' | 'detail' | 'summary' | 'campaign';

export type Action =
	| 'leave'
	| 'interrupt'
	| 'stop'
	| 'back'
	| 'next-screen'
	| 'previous-screen'
	| 'open'
	| 'up'
	| 'down'
	| 'left'
	| 'right'
	| 'next-pane'
	| 'previous-pane'
	| 'edit'
	| 'page-up'
	| 'page-down'
	| 'top'
	| 'bottom'
	| 'filter'
	| 'failed-only'
	| 'sort'
	| 'reverse'
	| 'copy'
	| 'copy-path'
	| 'export'
	| 'show-campaign'
	| 'approve'
	| 'show-overview'
	| 'show-latency'
	| 'show-log'
	| 'show-command'
	| 'show-config'
	| 'show-gpu'
	| 'show-profile'
	| 'next-tab'
	| 'previous-tab'
	| 'search'
	| 'next-match'
	| 'previous-match'
	| 'follow'
	| 'wrap'
	| 'other-log'
	| 'redraw'
	| 'take-control'
	| 'pause-lane'
	| 'pause-all'
	| 'more-workers'
	| 'fewer-workers'
	| 'retry'
	| 'retry-failed'
	| 'skip'
	| 'postpone'
	| 'move-up'
	| 'move-down'
	| 'move-lane'
	/** The lane with that digit. */
	| `lane-${number}`
	| 'help';

export type KeyRow = {
	/** As `readKeys` names them. */
	readonly keys: readonly string[];
	/** As a person reads them. */
	readonly name: string;
	readonly where: readonly ScreenName[];
	/** For the line at the bottom of a screen; what has none there is only in the help. */
	readonly line?: {readonly [screen in ScreenName]?: string};
	/** What it does, in the help and in docs/keys.md. */
	readonly does: string;
	/** Of several keys that do not mean the same each has its own. */
	readonly action: Action | ((key: string) => Action);
};
