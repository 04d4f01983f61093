import {broken, type Finding, note, ok} from './finding.ts';

export function judgeLocale(locale: string): Finding {
	if (/utf-?8/i.test(locale)) return ok('locale', locale);
	const says = locale === '' ? 'LC_ALL, LC_CTYPE and LANG are not set' : `${locale} has no UTF-8`;
	return broken('locale', `${says}: screens are drawn in ASCII`, 'export LANG=C.UTF-8');
}

/** The terminal that standard output is; null where it is a file or a pipe. */
export type TerminalFacts = {
	readonly term: string;
	readonly columns: number;
	readonly rows: number;
	readonly colours: number;
} | null;

export function judgeTerminal(
	terminal: TerminalFacts,
	least: {readonly columns: number; readonly rows: number},
): Finding {
	if (terminal === null) return note('terminal', 'none: a run prints one line an event');
	const {term, columns, rows, colours} = terminal;
	if (term === '' || term === 'dumb')
		return broken('terminal', `TERM=${term}: no screen can be drawn`, 'export TERM=xterm-256color');
	const says = `${term}, ${columns} x ${rows}, ${colours > 2 ? `${colours} colours` : 'no colours'}`;
	if (columns >= least.columns && rows >= least.rows) return ok('terminal', says);
	return broken('terminal', `${says}: too small for the screens`, `make it ${least.columns} x ${least.rows} at least`);
}

export type DiskFacts = {
	readonly baseDir: string;
	/** Null where the file system does not tell. */
	readonly freeMiB: number | null;
	/** What writing there would be told, null where it is allowed. */
	readonly refusal: string | null;
};

/** More than one report of nsys with its database takes, of the window that a profile has. */
const REPORT_MIB = 100;

/** Far more than the logs and results of a night take; caches of compilers and profilers need more than this. */
const LITTLE_FREE_MIB = 1024;

export function judgeDisk({baseDir, freeMiB, refusal}: DiskFacts): Finding {
	const [name, mend] = ['disk', 'warpdeck settings outputs=FOLDER   (on another disk)'];
	if (refusal !== null) return broken(name, `${baseDir} cannot be written: ${refusal}`, mend);
	if (freeMiB === null) return note(name, `the file system of ${baseDir} does not say how much is free`);
	const says = `${baseDir} has ${freeMiB} MiB free, room for ${Math.floor(freeMiB / REPORT_MIB)} reports of nsys`;
	return freeMiB < LITTLE_FREE_MIB ? broken(name, says, mend) : ok(name, says);
}
