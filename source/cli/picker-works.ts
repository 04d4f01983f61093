import {UserError} from '../domain/errors.ts';
import {listAllowedWords} from '../domain/suite-keys.ts';
import type {Topology} from '../domain/topology.ts';
import {findProgram} from '../effects/find-program.ts';
import {readSettings} from '../effects/settings.ts';
import {readSuites} from '../effects/suite-files.ts';
import {adviseGpuMemory, type MemoryRecord} from '../report/gpu-memory.ts';
import {describeGpuMemory} from '../report/gpu-memory-text.ts';
import {
	DESCRIPTION_KEY,
	type Outcome,
	type PickerOption,
	type PickerScene,
	type RunChoice,
} from '../tui/picker-source.ts';
import type {Flags} from './arguments.ts';
import {type Durations, estimateTimes} from './estimate-time.ts';
import {readKnownDurations} from './known-durations.ts';
import {chooseBaseDir} from './outputs.ts';
import {readGpuMemory} from './past-gpu-memory.ts';
import {PICKER_OPTIONS} from './picker-options.ts';
import {drawSeed, listSuiteFolders, readHost} from './prepare.ts';
import {readSimulation} from './simulated-host.ts';
import {findUnfinishedRun} from './unfinished-run.ts';
import {type Ground, workOut} from './work-out.ts';

/** All that the picker needs of suites, machine and earlier runs. */
export type PickerWorks = {
	readonly names: readonly string[];
	readonly options: readonly PickerOption[];
	readonly notices: readonly string[];
	/** As far as the machine has answered. */
	readonly workOut: (choice: RunChoice) => Outcome;
	/** What the machine is, and why it cannot be used; never rejects. */
	readonly askMachine: () => Promise<{readonly text: string; readonly notice: string | null}>;
	readonly findUnfinished: () => Promise<PickerScene['unfinished']>;
};

export async function loadWorks(flags: Flags): Promise<PickerWorks> {
	const options = listOptions();
	let ground: Ground = {
		suites: await readSuites(listSuiteFolders(flags)),
		host: null,
		seed: drawSeed(),
		keys: [...options.map(({key}) => key), DESCRIPTION_KEY],
		estimate: createEstimate(),
		advise: createAdvice(),
	};
	const {problem} = readSettings();
	return {
		names: ground.suites.map(({name}) => name),
		options,
		notices: problem === undefined ? [] : [problem],
		workOut: (choice) => workOut(choice, ground),
		askMachine: async () => {
			try {
				const host = flags.simulate === undefined ? await readHost() : (await readSimulation(flags.simulate)).host;
				ground = {...ground, host};
				return {text: describeMachine(host.machine.topology), notice: null};
			} catch (error) {
				if (!(error instanceof UserError)) throw error;
				return {text: 'this machine', notice: error.message};
			}
		},
		findUnfinished: findUnfinishedRun,
	};
}

/** With what the schema allows, and of the profilers what is here. */
const listOptions = (): readonly PickerOption[] =>
	PICKER_OPTIONS.map((option) => {
		const values = listAllowedWords(option.key);
		return option.name === 'profiler' ? {...option, ...offerProfilers(values)} : {...option, values};
	});

/** Those that are on PATH; whether they can be used is tried when a run begins, because that takes seconds. */
function offerProfilers(words: readonly string[]): Pick<PickerOption, 'values' | 'note'> {
	const values = words.filter((word) => word === 'none' || isHere(word));
	return {values, note: values.length > 1 ? 'a pass of its own behind the timed ones' : 'no nsys, no ncu on PATH'};
}

function isHere(program: string): boolean {
	try {
		findProgram(program, process.env, process.cwd());
		return true;
	} catch {
		return false;
	}
}

/** Earlier runs of a suite are read once: a night of them takes a while. */
function createEstimate(): Ground['estimate'] {
	const read = new Map<string, Durations>();
	return (plan, composition) => {
		const baseDir = chooseBaseDir(composition);
		const key = JSON.stringify([baseDir, plan.suite]);
		const durations = read.get(key) ?? readKnownDurations(plan, composition);
		read.set(key, durations);
		return estimateTimes(plan, composition, durations);
	};
}

/** Earlier runs are read once; the host's memory is asked when a run is planned for good. */
function createAdvice(): NonNullable<Ground['advise']> {
	const read = new Map<string, readonly MemoryRecord[]>();
	return (plan, composition, {topology}) => {
		const baseDir = chooseBaseDir(composition);
		const records = read.get(baseDir) ?? readGpuMemory(baseDir);
		read.set(baseDir, records);
		return describeGpuMemory(adviseGpuMemory(plan.experiments, topology.gpus, records));
	};
}

function describeMachine({hostname, gpus, gpuProblem}: Topology): string {
	const models = [...Map.groupBy(gpus, ({name}) => name)].map(([name, own]) => `${own.length} x ${name}`);
	const none = gpuProblem === null ? 'no NVIDIA GPU' : 'its GPUs cannot be asked';
	return [hostname, models.join(', ') || none].join(', ');
}
