import type {CommandWorkload} from '../domain/workload.ts';

/** Without these hardly any program starts, finds its libraries or a place for its files. */
const BASE: readonly string[] = [
	...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'TMPDIR', 'TZ', 'LANG', 'LC_*', 'XDG_*'],
	...['LD_LIBRARY_PATH', 'CUDA_HOME', 'CUDA_PATH', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'WARPDECK_*'],
];

/** Names and patterns of variables that reach a command; null: all of the user's environment does. */
export function listInherited(
	workload: Pick<CommandWorkload, 'environment' | 'env_from' | 'env_required'>,
): readonly string[] | null {
	const own = listNamed(workload);
	const {environment = own.length > 0 ? 'listed' : 'inherit'} = workload;
	return environment === 'inherit' ? null : [...BASE, ...own];
}

/** What the suite itself names of it. */
export const listNamed = ({
	env_from = [],
	env_required = [],
}: Pick<CommandWorkload, 'env_from' | 'env_required'>): readonly string[] => [
	...new Set([...env_from, ...env_required]),
];

type Variables = {readonly [name: string]: string | undefined};

/** Of an environment what the patterns name. */
export function pickVariables(env: Variables, patterns: readonly string[]): Variables {
	const expressions = patterns.map(
		(pattern) =>
			new RegExp(
				`^${pattern
					.split('*')
					.map((part) => part.replaceAll(/\W/g, ''))
					.join('.*')}$`,
			),
	);
	return Object.fromEntries(
		Object.entries(env).filter(
			([name, value]) => value !== undefined && expressions.some((expression) => expression.test(name)),
		),
	);
}

/** Whether any variable that is set is meant. */
export const isSet = (env: Variables, pattern: string): boolean =>
	Object.values(pickVariables(env, [pattern])).some((value) => value !== '');
