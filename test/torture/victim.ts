import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {delimiter, dirname, join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {isPlanTorn} from '../../source/cli/check-resume.ts';
import {loadRun} from '../../source/cli/load-run.ts';
import {
	checkout,
	type Ended,
	fixtureSuites,
	makeWorkplace,
	startProgram,
	type Workplace,
} from '../rig/built-program.ts';
import {listRunFolders} from '../rig/run-files.ts';
import type {Point} from './points.ts';

/** How a runner dies. */
export type Kill =
	| {readonly kind: 'point'; readonly point: Point; readonly count: number}
	| {readonly kind: 'time'; readonly afterMs: number};

/** A machine of four GPUs with a folder of leases of its own, where one run is killed again and again. */
export type Rack = {
	readonly place: Workplace;
	readonly leases: string;
	readonly notes: string;
	/** Carried by all that was started here, whoever started it. */
	readonly mark: string;
};

const LOADED_FIRST = fileURLToPath(new URL('crash-at.ts', import.meta.url));
const PATIENCE_MS = 120_000;
let count = 0;

export function buildRack(): Rack {
	const place = makeWorkplace();
	const [leases, notes, apps] = ['leases', 'notes', 'apps'].map((name) => join(place.folder, name)) as [
		string,
		string,
		string,
	];
	for (const folder of [leases, notes]) mkdirSync(folder);
	writeFileSync(apps, '');
	const bin = equip(place.folder);
	const mark = `${process.pid}-${count++}`;
	const env = {
		...place.env,
		PATH: [bin, join(checkout, 'fixtures/bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
		FAKE_NVIDIA_SMI: JSON.stringify({gpus: 4, appsFile: apps}),
		WARPDECK_LEASES: leases,
		TORTURE_NOTES: notes,
		TORTURE_MARK: mark,
		TORTURE_LOG: join(place.folder, 'reached'),
	};
	return {place: {...place, env}, leases, notes, mark};
}

/** The fake nvidia-smi is a Node program, and each round asks it eight times: its answers are kept. */
const KEPT_ANSWERS = `#!/bin/sh
real=${join(checkout, 'fixtures/bin/nvidia-smi')}
kept=$(dirname "$0")/$(echo "$*" | cksum | tr ' ' -)
stream=
case "$*" in *-lms*) stream=yes; set -- "$1" "$2" ;; esac
if [ ! -e "$kept" ]; then
	"$real" "$@" >"$kept.$$"
	echo $? >"$kept.code"
	mv "$kept.$$" "$kept"
fi
while [ "$stream" ] && cat "$kept"; do sleep 1; done
cat "$kept"
exit "$(cat "$kept.code")"
`;

function equip(folder: string): string {
	const bin = join(folder, 'bin');
	mkdirSync(bin);
	writeFileSync(join(bin, 'nvidia-smi'), KEPT_ANSWERS, {mode: 0o700});
	return bin;
}

/** The folder of its run, once its plan is written down; before that nothing was started that could be resumed. */
export const findRun = ({place}: Rack): string | undefined =>
	listRunFolders(place).find((path) => !isPlanTorn(loadRun(path).state));

/** Starts the run, or goes on with it, and lets it die; `wasKilled` is false for one that came to its end before. */
export async function playRound(rack: Rack, kill: Kill | null): Promise<Ended & {readonly wasKilled: boolean}> {
	const run = findRun(rack);
	const words = run ? ['resume', run] : ['run', 'torture', '--suites', fixtureSuites];
	const env = kill?.kind === 'point' ? {TORTURE_POINT: kill.point, TORTURE_COUNT: String(kill.count)} : {};
	const program = startProgram(rack.place, [...words, '--headless'], {
		env,
		timeoutMs: PATIENCE_MS,
		nodeArguments: [`--import=${LOADED_FIRST}`],
	});
	if (kill?.kind === 'time') void delay(kill.afterMs, null, {ref: false}).then(() => program.signal('SIGKILL'));
	const ended = await program.ended;
	return {...ended, wasKilled: ended.code === null};
}

/** Executions of each experiment, as its workload itself noted them. */
export const countExecutions = ({notes}: Rack): ReadonlyMap<string, number> =>
	new Map(readdirSync(notes).map((name) => [name, readText(join(notes, name)).split('\n').length - 1]));

/** Everything that lives and was started here: runners, what they need, workloads, and what these started. */
export const listAlive = ({mark}: Rack): readonly number[] =>
	readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.filter((pid) => readText(`/proc/${pid}/environ`).includes(`TORTURE_MARK=${mark}\0`))
		.map(Number);

export function readText(path: string): string {
	try {
		return existsSync(path) ? readFileSync(path, 'utf8') : '';
	} catch {
		return '';
	}
}
