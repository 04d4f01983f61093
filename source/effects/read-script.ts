import {closeSync, openSync, readSync} from 'node:fs';

const READ_BYTES = 512 * 1024;

type OwnChoice = {
	readonly line: number;
	/** null: it is worked out, and nobody knows here to what. */
	readonly value: string | null;
};

/** Lines of a script that set CUDA_VISIBLE_DEVICES themselves, over what warpdeck says. */
export function findOwnChoices(path: string): readonly OwnChoice[] {
	return readBegin(path)
		.split('\n')
		.flatMap((text, index): readonly OwnChoice[] => {
			if (/^\s*#/.test(text)) return [];
			const [, assigned] =
				/environ\s*\[\s*["']CUDA_VISIBLE_DEVICES["']\s*\]\s*=(?!=)\s*(.*)$/.exec(text) ??
				/(?:^|\s|;)(?:export\s+)?CUDA_VISIBLE_DEVICES=(\S*)/.exec(text) ??
				[];
			return assigned === undefined ? [] : [{line: index + 1, value: readLiteral(assigned)}];
		});
}

const readLiteral = (text: string): string | null => {
	const [, value] = /^["']?([\d,]*)["']?\s*(?:[#;].*)?$/.exec(text.trim()) ?? [];
	return value ?? null;
};

function readBegin(path: string): string {
	try {
		const descriptor = openSync(path, 'r');
		try {
			const bytes = Buffer.alloc(READ_BYTES);
			return bytes.subarray(0, readSync(descriptor, bytes, 0, READ_BYTES, 0)).toString('utf8');
		} finally {
			closeSync(descriptor);
		}
	} catch {
		return '';
	}
}
