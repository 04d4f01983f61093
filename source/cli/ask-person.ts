import {createInterface} from 'node:readline/promises';

/** A question on the terminal; what is not an express no is a yes, and where nobody can be asked it is a no. */
export async function askPerson(question: string): Promise<boolean> {
	if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
	const reader = createInterface({input: process.stdin, output: process.stderr});
	// It reads keys by itself, so that Ctrl-C comes to it and not to the program.
	reader.on('SIGINT', () => {
		reader.close();
		process.kill(process.pid, 'SIGINT');
	});
	try {
		const answer = await reader.question(`${question}\nGo on with it? [Y/n, --fresh starts a new one] `);
		return !/^\s*n/i.test(answer);
	} catch {
		return false;
	} finally {
		reader.close();
	}
}
