import type {Json} from '../domain/json.ts';
import type {Clock} from './ports.ts';

type DerivedFile = {readonly path: string; readonly build: () => Json};

export type DerivedFiles = {
	/** Says that what the files are made of has changed. */
	readonly touch: () => void;
	/** Writes them a last time; resolves to why that failed, or null. They can be derived again, so nothing is lost. */
	readonly finish: () => Promise<string | null>;
};

const LEAST_MS = 1000;
/** Share of the time that rewriting may take, so that 10 000 experiments do not cost 10 000 rewrites. */
const SHARE = 0.02;

type Options = {
	readonly files: readonly DerivedFile[];
	readonly commit: (path: string, text: string) => Promise<void>;
	readonly clock: Clock;
};

/** Keeps files that are derived from the state up to date at a bounded rate. */
export function createDerivedFiles({files, commit, clock}: Options): DerivedFiles {
	let pauseMs = LEAST_MS;
	let isDue = false;
	let writing: Promise<void> = Promise.resolve();
	let cancel: (() => void) | null = null;

	const write = async (): Promise<void> => {
		isDue = false;
		const startedAt = clock.now();
		for (const {path, build} of files) await commit(path, `${JSON.stringify(build(), null, '\t')}\n`);
		pauseMs = Math.max(LEAST_MS, (clock.now() - startedAt) / SHARE);
	};

	const arm = (): void => {
		cancel ??= clock.after(pauseMs, () => {
			writing = write()
				// Until the last write, which tells what is wrong with them, they must not cost the run anything.
				.catch(() => {})
				.finally(() => {
					cancel = null;
					if (isDue) arm();
				});
		});
	};

	return {
		touch: () => {
			isDue = true;
			arm();
		},
		finish: async () => {
			cancel?.();
			await writing;
			// A write that has just ended may have armed the next one, which would come after the folder is given back.
			cancel?.();
			return write().then(
				() => null,
				(error: unknown) => (error instanceof Error ? error.message : String(error)),
			);
		},
	};
}
