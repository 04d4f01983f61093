import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import module, {createRequire} from 'node:module';
import {constants, homedir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const NEEDED = [22, 13];

/** Starts the built program; under an older Node with the newer one that was installed beside it. */
export function launch(main) {
	if (!existsSync(main)) return refuse('warpdeck is not built yet.', 'npm ci && npm run build');
	if (isNewEnough(process.versions.node)) {
		keepCompiled();
		return import(main.href);
	}
	const newer = findNewerNode();
	if (newer) return pass(newer, fileURLToPath(main));
	return refuse(
		`warpdeck needs Node ${NEEDED.join('.')} or newer; this is ${process.versions.node}.`,
		'npm ci   in the folder of warpdeck, which brings one, or install Node 24',
	);
}

/** Reading 1.7 MB of program anew is a quarter of a start; where the folder cannot be written nothing else changes. */
function keepCompiled() {
	const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
	module.enableCompileCache(process.env.NODE_COMPILE_CACHE || join(cache, 'warpdeck', 'compiled'));
}

function isNewEnough(version) {
	const [major, minor] = version.split('.').map(Number);
	return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

function findNewerNode() {
	try {
		return createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`);
	} catch {
		return undefined;
	}
}

/** The terminal sends Ctrl-C to both processes; this one waits for what the other makes of it. */
function pass(node, main) {
	const child = spawn(node, [...process.execArgv, main, ...process.argv.slice(2)], {stdio: 'inherit'});
	process.on('SIGINT', () => {});
	for (const signal of ['SIGTERM', 'SIGHUP', 'SIGCONT']) process.on(signal, () => child.kill(signal));
	child.on('error', (error) => refuse(`${node} could not be started: ${error.message}`, 'npm ci'));
	child.on('exit', (code, signal) => {
		process.exitCode = code === null ? 128 + constants.signals[signal] : code;
	});
}

function refuse(problem, advice) {
	process.stderr.write(`${problem}\n  try: ${advice}\n`);
	process.exitCode = 3;
}
