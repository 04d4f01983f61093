import {accessSync, constants, readFileSync, realpathSync, statSync} from 'node:fs';
import {delimiter, dirname, isAbsolute, join, resolve} from 'node:path';
import type {Json} from '../domain/json.ts';
import {askPython} from './ask-python.ts';

/** Where an interpreter may be: a path or a bare name, and what named it. */
type Candidate = {
	readonly path: string;
	readonly how: string;
	/** The user named this one: when it has no torch, that is an error, and no other one is taken silently. */
	readonly explicit: boolean;
};

type PythonTried = Candidate & {readonly problem: string};

export type PythonFound =
	| {
			readonly kind: 'found';
			/** Absolute. */
			readonly path: string;
			/** `WARPDECK_PYTHON`, `VIRTUAL_ENV`, `python3 on PATH` … */
			readonly how: string;
			/** Of Python. */
			readonly version: string;
			/** Of PyTorch, as its files say; null when they do not. */
			readonly torch: string | null;
			/** CUDA that PyTorch was built for; null for a build for CPUs only. */
			readonly cuda: string | null;
	  }
	| {readonly kind: 'none'; readonly tried: readonly PythonTried[]};

type Found = Extract<PythonFound, {kind: 'found'}>;

type PythonOptions = {
	/** The setting `python`: a path, or a name on PATH. */
	readonly configured?: string | undefined;
	readonly env: NodeJS.ProcessEnv;
	/** Prefers an interpreter whose torch was built for CUDA, unless the user named one. */
	readonly cudaWanted?: boolean;
	/** For each interpreter; default 60 s, because one on a network's disk may be cold. */
	readonly timeoutMs?: number;
};

/** The first interpreter that has torch, without importing it; one that the user named is the only one that is asked. */
export async function findPython(options: PythonOptions): Promise<PythonFound> {
	const {env, cudaWanted = false, timeoutMs = 60_000} = options;
	const tried: PythonTried[] = [];
	let withoutCuda: Found | null = null;
	for (const candidate of listCandidates(options)) {
		const result = await probe(candidate, env, timeoutMs);
		if (typeof result === 'string') tried.push({...candidate, problem: result});
		else if (candidate.explicit || !cudaWanted || result.cuda !== null) return result;
		else withoutCuda ??= result;
		if (candidate.explicit) break;
	}
	return withoutCuda ?? {kind: 'none', tried};
}

function listCandidates({configured, env}: PythonOptions): readonly Candidate[] {
	const named = [
		{path: configured, how: 'the setting python'},
		{path: env.WARPDECK_PYTHON, how: 'WARPDECK_PYTHON'},
	].map((candidate) => ({...candidate, explicit: true}));
	const found = [
		{path: inFolder(env.VIRTUAL_ENV), how: 'VIRTUAL_ENV'},
		{path: inFolder(env.CONDA_PREFIX), how: 'CONDA_PREFIX'},
		{path: findOnPath('python3', env) ?? undefined, how: 'python3 on PATH'},
		{path: findOnPath('python', env) ?? undefined, how: 'python on PATH'},
		{path: '/usr/bin/python3', how: 'the system'},
	].map((candidate) => ({...candidate, explicit: false}));
	const all = [...named, ...found].flatMap(({path, ...rest}) => (path ? [{path, ...rest}] : []));
	const identities = all.map(({path}) => identify(path));
	return all.filter((_, position) => identities.indexOf(identities[position] ?? '') === position);
}

/** A shim is a small script that finds out what it starts, the same for `python` and `python3`, and takes its time. */
const SCRIPT_BYTES = 16_384;

/** The same for names of one interpreter in one folder; a link from another folder may be a virtual environment. */
function identify(path: string): string {
	try {
		const real = realpathSync(path);
		return JSON.stringify([dirname(path), statSync(real).size <= SCRIPT_BYTES ? readFileSync(real, 'latin1') : real]);
	} catch {
		return path;
	}
}

const inFolder = (folder: string | undefined) => (folder ? join(folder, 'bin/python') : undefined);

/** Looks for torch where an import would, minus the current folder, whose `torch/` may be anything. */
const FIND_TORCH = `
import importlib.util, json, os, re, sys
sys.path[:] = [folder for folder in sys.path if folder]
spec = importlib.util.find_spec("torch")
known = {}
if spec is not None and spec.origin is not None:
    try:
        with open(os.path.join(os.path.dirname(spec.origin), "version.py")) as file:
            known = dict(re.findall(r"^(\\w+)[^=\\n]*= *'([^']*)'", file.read(), re.M))
    except OSError:
        pass
print("::answer " + json.dumps({
    "executable": sys.executable,
    "version": ".".join(map(str, sys.version_info[:3])),
    "found": spec is not None and spec.origin is not None,
    "torch": known.get("__version__"),
    "cuda": known.get("cuda"),
}))
`;

/** What was found, or the problem as text. */
async function probe(candidate: Candidate, env: NodeJS.ProcessEnv, timeoutMs: number): Promise<Found | string> {
	const {how, explicit} = candidate;
	const path = candidate.path.includes('/') ? resolve(candidate.path) : findOnPath(candidate.path, env);
	if (path === null) return `There is no ${candidate.path} on PATH. ${adviseNext(explicit, how)}`;
	const answer = await askPython(path, FIND_TORCH, {env, timeoutMs});
	if (answer.kind === 'failed') return `${answer.problem} ${adviseNext(explicit, how)}`;
	if (answer.value.found !== true)
		return `It has no torch. Type ${path} -m pip install torch, or ${adviseOther(explicit, how)}`;
	const {version, torch, cuda} = answer.value;
	const real = await settlePath(path, answer.value.executable, env, timeoutMs);
	return {
		kind: 'found',
		path: real,
		how,
		version: readString(version) ?? 'unknown',
		torch: readString(torch),
		cuda: readString(cuda),
	};
}

/** A shim (pyenv) chooses by the current folder, so what it chose is kept, unless that finds no torch without the shim. */
async function settlePath(path: string, chosen: Json | undefined, env: NodeJS.ProcessEnv, timeoutMs: number) {
	if (typeof chosen !== 'string' || !isAbsolute(chosen) || chosen === path) return path;
	const answer = await askPython(chosen, FIND_TORCH, {env, timeoutMs});
	return answer.kind === 'answered' && answer.value.found === true ? chosen : path;
}

function adviseNext(explicit: boolean, how: string): string {
	const other = adviseOther(explicit, how);
	return `${other[0]?.toUpperCase()}${other.slice(1)}`;
}

const adviseOther = (explicit: boolean, how: string): string =>
	explicit
		? `let ${how} name a python that has torch, or unset it.`
		: 'name one that has it: WARPDECK_PYTHON=/path/to/python.';

function findOnPath(name: string, env: NodeJS.ProcessEnv): string | null {
	const folders = (env.PATH ?? '').split(delimiter).filter(isAbsolute);
	return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}

const readString = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);
