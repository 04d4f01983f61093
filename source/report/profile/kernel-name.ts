/**
 * The part of a demangled name that tells kernels apart for a reader: without return type, namespaces, template
 * arguments and parameters. A name that nothing is left of stays whole.
 */
export function shortenKernel(name: string): string {
	const plain = dropBracketed(name)
		.replace(/^void\s+/, '')
		.trim();
	return plain.split('::').at(-1)?.trim() || name;
}

/** Without what stands between `<>` and between `()`, however deep. */
function dropBracketed(name: string): string {
	let [depth, kept] = [0, ''];
	for (const character of name) {
		if (character === '<' || character === '(') depth++;
		else if ((character === '>' || character === ')') && depth > 0) depth--;
		else if (depth === 0) kept += character;
	}
	return kept;
}
