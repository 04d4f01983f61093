import type {CampaignFact} from '../journal/campaign-facts.ts';

type Kept = Extract<CampaignFact, {type: 'phase-kept' | 'phase-not-kept'}>;

/** Resolves to the fact that tells what has become of it; never rejects. */
export type KeepPhase = (phase: string) => Promise<Kept>;

/** Has phases kept beside what runs, each once at a time, because that takes as long as it takes. */
export function createKeeper(keepPhase: KeepPhase = refuse, onKept: (fact: Kept) => void) {
	const busy = new Set<string>();
	return {
		isBusy: () => busy.size > 0,
		keep: (phase: string): void => {
			if (busy.has(phase)) return;
			busy.add(phase);
			void keepPhase(phase).then((fact) => {
				busy.delete(phase);
				onKept(fact);
			});
		},
	};
}

const refuse: KeepPhase = async (phase) => ({
	type: 'phase-not-kept',
	phase,
	problem: 'this run keeps nothing outside of its folder',
});
