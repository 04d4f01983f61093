import type {SeedRow, SeedTable} from '../rig/seed-commands.ts';

/** docs/from-other-systems.md, of the rows that the test of every command plans. */
export const formatSeedPage = (tables: readonly SeedTable[]): string =>
	[...INTRODUCTION, ...tables.flatMap(formatTable), ...ENDING, ''].join('\n');

const INTRODUCTION = [
	'# Coming from the other guides',
	'',
	'What you typed by the guide of one of these systems, and what you type here. The page is written from a table that a test plans row by row, so a count that stands here is the count that you get (`npm run docs` writes it anew).',
	'',
	'* Type it in the checkout of the program, as you did before; `experiment.workload.cwd=FOLDER` says it from elsewhere.',
	'* `warpdeck plan` instead of `run` counts and starts nothing.',
	'* `icd_run`, `tinylab_…` and `one_command` are suites in `fixtures/seed-commands/suites/` of the source: start from them, and say `--suites FOLDER` with the folder that you keep them in. Every other suite is there already; `ICD_HOME` and `EZKL_HOME` name the checkouts of those that need one, `EZKL_BENCH` the program that proves one layer.',
	'* An element of a command that looks like a number is quoted (`"10"`), because a command is a list of texts.',
	'* Quote what holds brackets, braces or blanks: zsh takes `[0,1]` for a file pattern.',
	'* The forms of the Hydra runner are explained in [from-hydra.md](from-hydra.md).',
	'',
];

const ENDING = [
	'## `--override key.path=json`',
	'',
	"The form of the A100 guide's program, which may be repeated. The value is JSON; what is no JSON is a text; what begins like JSON and is none is an error.",
	'',
	'* A key that begins with `experiment.` or `output.` is a key of the suite, and is checked as every override is.',
	'* Where the suite has `experiment.workload.config`, every other key is one of that configuration file. Each cell gets a copy with the change, in `configs/` of the run, which the placeholder `config` then names; the file itself stays as it is. A key that the file does not have is an error with the nearest one, because nobody would read it; `--override +key=…` adds it.',
	'* Where it has none, the first `experiment.` may be left out as in any override, and everything else is an error.',
	"* In a suite, and in a sweep, the same is `experiment.workload.config_overrides`: `-m 'experiment.workload.config_overrides.batch_size=2,4,8'`.",
	'',
	'## Converting configurations',
	'',
	'`warpdeck convert-config FILE…` writes a configuration for `mps` or `cpu` as one for `cuda`, in a file beside it (`run_h1.json` becomes `run_h1_cuda.json`). Settings are found at the top, in `shared`, and in each element of `conditions`. Comments, order and blanks stay.',
	'',
	'| Option | What it does |',
	'|---|---|',
	'| `--to cuda`, `--device cuda:1` | the device that is written; `cuda` without either |',
	'| `--low-memory` | `low_memory: true` in each model. In fp16 it frees nothing in the program that the guide is of |',
	'| `--batch-size N` | where the key is there. That program reads it nowhere, so it may not save memory |',
	'| `--dtype float16` | only when it is asked for: it changes the numbers. The old converter did it unasked |',
	'| `--rename` | puts the suffix behind `run_name`, which stays otherwise, so that results of both devices have one name |',
	'| `--suffix S`, `--output FILE` | another name for the new file |',
	'| `--dry-run` | shows what would change, in the form that `patch` takes, and writes nothing |',
	'| `--force` | writes over a file that is something else (`--overwrite` is the same) |',
	'',
	'What was asked for and is not there is a warning and exit code 1, and the rest is done; a file that cannot be read is exit code 2, and the others are done.',
	'',
	'## JSON with comments',
	'',
	'Suites may be `.json` or `.jsonc` beside `.yaml`. In these, in configurations of commands, in `--topology` and in `--simulate` files, comments and a comma behind the last element are fine. A mistake is told with line and column; a key that stands twice and `NaN` are mistakes.',
];

const TITLES: {readonly [name: string]: string} = {
	A2: 'The runner of the NUMA studies',
	B2: 'The A100 guide: icd',
	C2: 'The CUDA guide: tinyLab',
	D2: 'Proofs on three GPUs: ezkl',
};

const formatTable = ({name, groups}: SeedTable): readonly string[] => [
	`## ${TITLES[name] ?? name}`,
	'',
	...groups.flatMap(({title, rows}) => [
		`### ${title}`,
		'',
		'| You typed | You type | What it means here |',
		'|---|---|---|',
		...rows.map((row) => `| ${formatCode(row.command)} | ${formatTyped(row)} | ${formatMeaning(row)} |`),
		'',
	]),
];

const formatCode = (text: string): string =>
	/^(the same|all) /.test(text) ? text : `\`\`${` ${text} `.replaceAll('|', '\\|')}\`\``;

const formatTyped = ({type}: SeedRow): string => (type === 'nothing' ? 'nothing' : formatCode(type));

const MARKS = {
	missing: 'it is not in that repository',
	wrong: 'as written it could not do what it says',
	fails: 'as written it failed',
} as const;

function formatMeaning({plan, answer, mark, note}: SeedRow): string {
	const parts = [
		plan && formatCount(plan),
		answer !== undefined && `an answer: “${answer.replaceAll('|', '\\|')}”`,
		mark && MARKS[mark],
		note?.replaceAll('|', '\\|'),
	];
	return parts.filter(Boolean).join('; ');
}

function formatCount({cells, distinct = cells, jobs = 1, executions = cells}: NonNullable<SeedRow['plan']>): string {
	const parts = [
		`${cells} ${cells === 1 ? 'cell' : 'cells'}`,
		...(distinct === cells ? [] : [`${distinct} distinct`]),
		...(executions === cells ? [] : [`${executions} executions`]),
		...(jobs === 1 ? [] : [`${jobs} jobs`]),
	];
	return parts.join(', ');
}
