/** `MemTotal: 16 kB` of /proc/meminfo and `Node 0 MemTotal: 16 kB` of sysfs; the values in MiB, by name. */
export function parseMeminfo(text: string): ReadonlyMap<string, number> {
	const values = new Map<string, number>();
	for (const line of text.split('\n')) {
		const [, name, kiB] = /^(?:Node \d+ )?(\S+):\s+(\d+) kB/.exec(line) ?? [];
		if (name && kiB) values.set(name, Math.round(Number(kiB) / 1024));
	}
	return values;
}
