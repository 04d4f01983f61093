/** What of the command in ICD_NCU_CMD can be done. */
type NcuTemplate = {
	/** null where it names none. */
	readonly metrics: readonly string[] | null;
	readonly options: readonly string[];
	/** Each part that cannot be, and why. */
	readonly explained: readonly string[];
};

/** Names of scripts that ncu never had. */
const REAL_NAMES: {readonly [name: string]: string} = {
	l2_cache_hit_rate: 'lts__t_sector_hit_rate.pct',
	l2_tex_hit_rate: 'lts__t_sector_hit_rate.pct',
};

const BINARY = 'a report in ncu’s own format; the figures are read from its CSV, which each pass writes';

/** Options with a value that the template may not choose, with what is said of it; null: warpdeck sets the same itself. */
const REFUSED: {readonly [name: string]: string | null} = {
	'--export': `ncu has no export to JSON: --export names the file of ${BINARY}`,
	'-o': `-o names the file of ${BINARY}`,
	'--export-file': 'ncu has no option --export-file',
	'--log-file': null,
	'--page': null,
	'--target-processes': null,
	'--profile-from-start': null,
};

/** Options without a value. */
const FLAGS: ReadonlySet<string> = new Set(['--csv', '-f', '--force-overwrite', '--verbose', '--nvtx']);
const DROPPED_FLAGS: ReadonlySet<string> = new Set(['--csv', '-f', '--force-overwrite']);

/** Reads the words of the template; nothing of it ever passes through a shell. */
export function readNcuTemplate(text: string): NcuTemplate {
	const words = [...text.matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(([word]) => word.replaceAll(/^["']|["']$/g, ''));
	const start = words.findIndex((word) => word.startsWith('-'));
	const front = start < 0 ? words : words.slice(0, start);
	const explained = front.includes('sudo') ? ['sudo would ask for a password, so ncu runs as you'] : [];
	let metrics: readonly string[] | null = null;
	const options: string[] = [];
	for (let place = start < 0 ? words.length : start; place < words.length; place++) {
		const word = words[place] ?? '';
		if (!word.startsWith('-')) {
			explained.push(`${words.slice(place).join(' ')}: the program is the workload of each experiment`);
			break;
		}
		const [name = '', joined] = word.split(/=(.*)/s);
		if (FLAGS.has(name)) {
			if (!DROPPED_FLAGS.has(name)) options.push(name);
			continue;
		}
		const value = joined ?? words[++place] ?? '';
		const refused = REFUSED[name];
		if (name === '--metrics') metrics = value.split(',').filter((metric) => metric !== '');
		else if (refused === undefined) options.push(name, value);
		else if (refused !== null) explained.push(refused);
	}
	const renamed = (metrics ?? []).filter((metric) => REAL_NAMES[metric] !== undefined);
	return {
		metrics: metrics === null ? null : metrics.map((metric) => REAL_NAMES[metric] ?? metric),
		options,
		explained: [
			...explained,
			...renamed.map((metric) => `${metric} is no metric of ncu: ${REAL_NAMES[metric]} is`),
		].map((reason) => `ICD_NCU_CMD: ${reason}`),
	};
}
