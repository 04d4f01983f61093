import {readSettings} from '../effects/settings.ts';
import {postNotice, runNotice} from '../effects/tell-people.ts';
import {selectAlerts} from '../journal/select.ts';
import {fillTemplate, listWaits, type Notice, noticeEnd} from '../report/notices.ts';
import type {Session} from './perform.ts';

const LOOK_MS = 10_000;

export type Notifier = {
	/** Tells how it has ended, and waits until it is told. */
	readonly finish: () => Promise<void>;
	/** Tells it now, and waits until it is told. */
	readonly tell: (notice: Notice) => Promise<void>;
};

/** Tells people who do not look what they asked to be told: that a workload stalls, that a phase waits for a person, and that the run has ended. */
export function startNotifying({store, clock, recorder, folder}: Session): Notifier {
	const settings = readSettings();
	const told = new Set<string>();
	let telling: Promise<unknown> = Promise.resolve();
	let cancel = clock.after(LOOK_MS, look);

	const tell = async (notice: Notice): Promise<void> => {
		const values = {...notice, run: folder};
		const command = settings['notify.command'];
		const webhook = settings['notify.webhook'];
		const [commandProblem, webhookProblem] = await Promise.all([
			command === undefined ? null : runNotice(fillTemplate(command, values)),
			webhook === undefined ? null : postNotice(webhook, values),
		]);
		if (commandProblem !== null) warn(`notify.command did not work: ${commandProblem}`);
		if (webhookProblem !== null) warn(`notify.webhook did not work: ${webhookProblem}`);
	};
	/** Nothing stands behind the last fact of a run. */
	const warn = (message: string): void => {
		if (store.get().closed === null) recorder.record({type: 'noted', level: 'warning', message}).catch(() => {});
		else process.stderr.write(`warning: ${message}\n`);
	};
	/** Once for each silence of an attempt, because the alert's text names it. */
	function look(): void {
		cancel = clock.after(LOOK_MS, look);
		const state = store.get();
		const stalled = selectAlerts(state, clock.now()).filter(({word}) => word === 'stalled');
		for (const {text, advice} of stalled) {
			if (told.has(text)) continue;
			told.add(text);
			recorder.record({type: 'noted', level: 'warning', message: `Stalled: ${text}; ${advice}`}).catch(() => {});
			telling = Promise.all([telling, tell({event: 'stalled', suite: state.opened?.suite ?? '', text})]);
		}
		for (const notice of listWaits(state)) {
			if (told.has(notice.text)) continue;
			told.add(notice.text);
			recorder.record({type: 'noted', level: 'warning', message: `Waits: ${notice.text}`}).catch(() => {});
			telling = Promise.all([telling, tell(notice)]);
		}
	}
	return {
		tell,
		finish: async () => {
			cancel();
			await Promise.all([telling, tell(noticeEnd(store.get()))]);
		},
	};
}
