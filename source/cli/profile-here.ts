import {createProfiling} from '../effects/profile-collector.ts';
import type {Profiling, WarmProcesses} from '../engine/ports.ts';

/** Profiles of a run on this machine; databases are read by processes of warpdeck's own, as `analyze` has them. */
export const profileHere = (runDir: string, warm: WarmProcesses): Profiling =>
	createProfiling({runDir, program: process.argv[1] ?? '', loader: process.execArgv, env: process.env, warm});
