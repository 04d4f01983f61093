import type {PythonFound} from '../effects/python.ts';
import type {TorchAnswer} from '../effects/torch.ts';
import {broken, type Finding, missing, note, ok} from '../report/finding.ts';

const OTHER = 'WARPDECK_PYTHON=/path/to/python3   (in front of the command names another one)';

/** Which interpreter experiments get, and how it was found. */
export function judgePython(python: PythonFound, onPath: string | null): Finding {
	if (python.kind === 'found') return ok('python3', `${python.path}, ${python.version} (${python.how})`);
	if (onPath !== null) return note('python3', `${onPath}; no interpreter here has PyTorch`, OTHER);
	return missing('python3', 'not on PATH', 'apt-get install python3   (dnf install python3)');
}

/** PyTorch after it was really imported; null for an answer that was not asked for. */
export function judgeTorch(python: PythonFound, answer: TorchAnswer | null, gpus: number): Finding {
	const name = 'PyTorch';
	if (python.kind === 'none' || answer === null) return judgeAbsence(python);
	if ('problem' in answer) return broken(name, answer.problem, OTHER);
	const build = answer.cuda === null ? 'a build for CPUs only' : `built for CUDA ${answer.cuda}`;
	const says = `${answer.torch}, ${build}`;
	if (gpus > 0 && !answer.cudaAvailable) return broken(name, `${says}, sees no GPU of ${gpus}`, OTHER);
	const seen = gpus === 0 ? `${says}; no GPU is here for it to see` : `${says}, sees ${answer.deviceCount} of ${gpus}`;
	if (gpus > 0 && answer.deviceCount !== gpus) return note(name, seen, 'echo $CUDA_VISIBLE_DEVICES');
	return answer.isKeptCompiled ? ok(name, seen) : note(name, `${seen}; ${COMPILES}`, KEEP);
}

const COMPILES = 'Python keeps nothing of what it compiles of it, which each start pays for with seconds';
const KEEP = 'export PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=/tmp/pycache';

function judgeAbsence(python: PythonFound): Finding {
	const tried = python.kind === 'none' ? python.tried : [];
	const named = tried.find(({explicit}) => explicit);
	if (named) return broken('PyTorch', `${named.path} (${named.how}): ${named.problem}`, OTHER);
	const asked = tried.map(({path}) => path).join(', ') || 'no interpreter';
	return missing(
		'PyTorch',
		`asked ${asked}; the CPU is measured by the built-in pipeline instead`,
		'python3 -m pip install torch',
	);
}
