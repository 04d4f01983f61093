/** Whose results `warpdeck import` reads. */
export type ForeignKind = 'hydra-runner' | 'icd' | 'tinylab' | 'ezkl' | 'nsys-reports' | 'csv';

/** Where results come from that warpdeck did not measure, and what nobody may conclude from them. */
export type Foreign = {
	readonly kind: ForeignKind;
	/** As it was read, absolute. */
	readonly folder: string;
	/** Short phrases, because they stand above every screen and table. */
	readonly limits: readonly string[];
};
