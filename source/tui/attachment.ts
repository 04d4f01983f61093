/** How a screen stands to a run that is another process's. */
export type Attachment = {
	/**
	 * held: its requests are done. taken: another screen holds the control. none: it can only look, and why.
	 * gone: nobody runs the run any more.
	 */
	readonly control:
		| {readonly kind: 'held'}
		| {readonly kind: 'taken'; readonly by: string}
		| {readonly kind: 'none'; readonly why: string}
		| {readonly kind: 'gone'; readonly advice: string};
	/** What came of the last request, for the line of keys; null before the first. */
	readonly said: {readonly text: string} | null;
};

export type AttachmentSource = {
	readonly get: () => Attachment | null;
	readonly subscribe: (listener: () => void) => () => void;
};

/** One line above everything else; null where nothing is in the way. */
export function describeAttachment(attachment: Attachment | null): string | null {
	switch (attachment?.control.kind) {
		case 'taken':
			return `READ ONLY: the control is held by ${attachment.control.by}; T takes it`;
		case 'none':
			return `READ ONLY: ${attachment.control.why}`;
		case 'gone':
			return `NO RUNNER: nothing is started or written down any more; ${attachment.control.advice}`;
		default:
			return null;
	}
}
