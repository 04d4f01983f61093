import type {Socket} from 'node:net';
import {z} from 'zod';

/** Both sides say it first, and a side that knows another one says so and leaves. */
export const CONTROL_PROTOCOL = 1;

/** The one request that is about the screens and not about the run. */
export const TAKE_CONTROL = {kind: 'take-control'} as const;

/** Longer lines are nobody's request. */
export const MOST_LINE_BYTES = 64 * 1024;

export const answerSchema = z.union([
	z.object({kind: z.literal('done'), text: z.string()}),
	z.object({kind: z.literal('refused'), message: z.string(), tryThis: z.array(z.string())}),
]);

/** What the runner says to a request; a refusal says what to type instead. */
export type ControlAnswer = z.infer<typeof answerSchema>;

/** What the runner sends: who it is, then who holds the control, and answers by the number of their request. */
export const runnerLineSchema = z.union([
	z.object({warpdeck: z.string(), protocol: z.int(), run: z.string(), pid: z.int()}),
	z.object({holder: z.string().nullable(), yours: z.boolean()}),
	z.object({number: z.int(), answer: answerSchema}),
	z.object({refused: z.string()}),
]);

/** What a screen or a command sends: who it is, then its requests. */
export const guestLineSchema = z.union([
	z.object({protocol: z.int(), name: z.string().min(1).max(200), role: z.enum(['screen', 'command'])}),
	z.object({number: z.int(), request: z.unknown()}),
]);

export type RunnerLine = z.infer<typeof runnerLineSchema>;
export type GuestLine = z.infer<typeof guestLineSchema>;

/** Calls back for each whole line as far as the schema knows it; `onBad` is told the first thing that is none. */
export function readLines<Line>(
	socket: Socket,
	schema: z.ZodType<Line>,
	onLine: (line: Line) => void,
	onBad: (problem: string) => void,
): void {
	let begun = '';
	let isBad = false;
	const refuse = (problem: string): void => {
		isBad = true;
		begun = '';
		onBad(problem);
	};
	const take = (text: string): void => {
		const parsed = schema.safeParse(parse(text));
		if (parsed.success) onLine(parsed.data);
		else refuse('a line is not of this protocol');
	};
	socket.setEncoding('utf8');
	socket.on('data', (chunk: string) => {
		const lines = (begun + chunk).split('\n');
		begun = lines.pop() ?? '';
		for (const line of lines) if (!isBad) take(line);
		if (!isBad && begun.length > MOST_LINE_BYTES) refuse(`a line has more than ${MOST_LINE_BYTES} bytes`);
	});
}

function parse(text: string): unknown {
	if (text.length > MOST_LINE_BYTES) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

export function send(socket: Socket, line: RunnerLine | GuestLine): void {
	if (socket.writable) socket.write(`${JSON.stringify(line)}\n`);
}
