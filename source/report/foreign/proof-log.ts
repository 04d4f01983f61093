/** What a proving program printed: who began, why who failed, and each proof's seconds in order. */
export type ProofLog = {
	readonly path: string;
	readonly begun: ReadonlyMap<
		string,
		{readonly model: string; readonly tolerance: number; readonly error: string | null}
	>;
	readonly runs: ReadonlyMap<string, readonly number[]>;
};

const BEGIN = /(?:Running|Benchmarking): (.+?) \(tolerance=([\d.]+)\)/;
const FAIL = /✗ (?:Failed|Benchmark failed): (.+?)(?: \(tolerance=([\d.]+)\))?(?:(?: -|:) (.+))?$/;
const RUN = /^\s*Run \d+: ([\d.]+)s/;

export function readProofLog(path: string, text: string): ProofLog {
	const begun = new Map<string, {model: string; tolerance: number; error: string | null}>();
	const runs = new Map<string, number[]>();
	let current: string | null = null;
	for (const line of text.replaceAll('\0', '').split(/\r?\n|\r/)) {
		const [, model, tolerance] = BEGIN.exec(line) ?? [];
		if (model !== undefined) {
			current = `${model}_tol${tolerance}`;
			begun.set(current, {model, tolerance: Number(tolerance), error: null});
			runs.set(current, []);
		}
		const known = current === null ? undefined : begun.get(current);
		const failed = FAIL.exec(line);
		if (failed && known) known.error ??= (failed[3] ?? failed[1] ?? 'it failed').trim();
		const seconds = RUN.exec(line)?.[1];
		if (seconds !== undefined && current !== null) runs.get(current)?.push(Number(seconds));
	}
	return {path, begun, runs};
}
