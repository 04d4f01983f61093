/** What a person asks of a run that goes on. */
type ControlRequest =
	/** Start nothing more, let running ones end. */
	| {readonly kind: 'drain'}
	/** End the running ones too. */
	| {readonly kind: 'stop'}
	/** End them at once. */
	| {readonly kind: 'kill'};

/** What the runner says to it; a refusal says what to type instead. */
export type ControlAnswer =
	| {readonly kind: 'done'; readonly text: string}
	| {readonly kind: 'refused'; readonly message: string; readonly tryThis: string};

const KINDS: {readonly [kind in ControlRequest['kind']]: true} = {drain: true, stop: true, kill: true};

/** null for what is no request of this version. */
export function readControlRequest(value: unknown): ControlRequest | null {
	if (typeof value !== 'object' || value === null || !('kind' in value)) return null;
	return Object.hasOwn(KINDS, String(value.kind)) ? (value as ControlRequest) : null;
}
