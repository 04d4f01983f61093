import {isJsonObject} from '../domain/json.ts';
import {isCommand, type Workload} from '../domain/workload.ts';
import type {Opened} from '../journal/state.ts';
import {isSet} from '../plan/inherited.ts';
import type {Problem} from '../plan/plan.ts';
import {describeVariables} from './describe-given.ts';

/** Variables that commands need and nobody has set. */
export function findUnset(workloads: readonly Workload[], env: NodeJS.ProcessEnv): readonly Problem[] {
	const names = workloads
		.filter(isCommand)
		.flatMap(({env_required = [], env: own}) => env_required.filter((name) => !isSet({...env, ...own}, name)));
	return [...new Set(names)].map((name) => ({
		message: `The variable ${name} is not set, and the command needs it.`,
		advice: `export ${name}=…   (then the same command again)`,
		cells: 1,
	}));
}

/** Of the variables that a run's commands name: which are set now and were not, or the other way round. */
export function listVariableChanges({workloads, provenance}: Opened, env: NodeJS.ProcessEnv): readonly string[] {
	const before = isJsonObject(provenance.environment) ? provenance.environment : {};
	const now = describeVariables(workloads, env);
	return [...new Set([...Object.keys(before), ...Object.keys(now)])]
		.filter((name) => (before[name] ?? 'not set') !== (now[name] ?? 'not set'))
		.map(
			(name) =>
				`The variable ${name} was ${before[name] ?? 'not set'} and is ${now[name] ?? 'not set'} since this resume.`,
		);
}
