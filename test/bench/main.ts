import {copyFile, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {benchAnalysing} from './analysing.ts';
import {type Bench, type Figures, formatFigures} from './figures.ts';
import {benchFolding} from './folding.ts';
import {benchLaunching} from './launching.ts';
import {describeMachine} from './machine.ts';
import {benchNight} from './night.ts';
import {benchPlanning} from './planning.ts';
import {benchReporting} from './reporting.ts';
import {builtProgram} from './run-program.ts';
import {benchSoak} from './soak.ts';
import {benchStart} from './start.ts';
import {benchTable} from './table.ts';
import {benchTerminal} from './terminal.ts';
import {benchWarm} from './warm.ts';
import {benchTelemetry, benchTelemetryComparison} from './watching.ts';

const PARTS: {readonly [name: string]: (bench: Bench) => Promise<Figures>} = {
	start: benchStart,
	planning: benchPlanning,
	folding: benchFolding,
	launching: benchLaunching,
	night: benchNight,
	terminal: benchTerminal,
	soak: benchSoak,
	telemetry: benchTelemetry,
	'telemetry-compare': benchTelemetryComparison,
	table: benchTable,
	warm: benchWarm,
	analyze: benchAnalysing,
	report: benchReporting,
};

/** `npm run bench [-- PART…]`; a missed aim is printed, and fails nothing: machines differ. */
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
	process.stderr.write(
		`There is no part ${unknown.join(', ')}.\n  try: npm run bench -- ${Object.keys(PARTS).join(' ')}\n`,
	);
	process.exitCode = 2;
} else await runParts(wanted.length > 0 ? wanted : Object.keys(PARTS));

async function runParts(names: readonly string[]): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'warpdeck-bench-'));
	try {
		// A copy, because a build beside the benchmark would change what is measured.
		const program = join(folder, 'main.mjs');
		await copyFile(builtProgram, program);
		for (const name of names) {
			const figures = await PARTS[name]?.({folder, program});
			if (figures) process.stdout.write(`\n${describeMachine(folder)}\n${formatFigures(figures)}\n`);
		}
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}
