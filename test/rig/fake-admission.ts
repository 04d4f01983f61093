import type {Admission, Verdict} from '../../source/engine/ports.ts';
import type {GpuSample} from '../../source/journal/event.ts';

export type FakeAdmission = Admission & {
	/** What is asked for and given back, in order: `ask a`, `leave gpu0`. */
	readonly asked: readonly string[];
};

/** Others on the machine, as a test wants them. */
export function createFakeAdmission(
	judge: (id: string, times: number) => Verdict,
	{notes = [], listForeign = () => []}: {notes?: readonly string[]; listForeign?: (sample: GpuSample) => string[]} = {},
): FakeAdmission {
	const asked: string[] = [];
	return {
		asked,
		listForeign,
		ask: async ({id}) => {
			asked.push(`ask ${id}`);
			return {verdict: judge(id, asked.filter((one) => one === `ask ${id}`).length), notes};
		},
		leave: async (lane) => void asked.push(`leave ${lane}`),
	};
}
