/** What a capture is of, as far as it is known. */
export type CaptureMetadata = {
	readonly runId: string | null;
	readonly model: string | null;
	readonly gpuIndex: number | null;
	readonly numaNode: number | null;
	readonly params: {readonly [name: string]: unknown};
	/** How ncu was told to hold clocks and caches; absent of others. */
	readonly clockControl?: string;
	readonly cacheControl?: string;
	/** Where this was read. */
	readonly from: 'side-car' | 'file name' | 'nothing';
};

/** The file `<report>.json` beside `<report>.nsys-rep`, which whoever captures writes. */
export type SideCar = {
	readonly warpdeck_capture: 1;
	readonly run_id: string;
	readonly model?: string | null;
	/** Index as nvidia-smi counts. */
	readonly gpu?: number | null;
	readonly numa_node?: number | null;
	readonly params?: {readonly [name: string]: unknown};
	/** Of a report of ncu. */
	readonly clockControl?: string;
	readonly cacheControl?: string;
};

/** `text` is the side-car's, null where there is none; `stem` is the report's name without its ending. */
export function readMetadata(stem: string, text: string | null): CaptureMetadata {
	const sideCar = text === null ? null : parseSideCar(text);
	if (!sideCar) return readName(stem);
	const {run_id, model, gpu, numa_node, params, clockControl, cacheControl} = sideCar;
	return {
		runId: run_id,
		model: typeof model === 'string' ? model : null,
		gpuIndex: typeof gpu === 'number' ? gpu : null,
		numaNode: typeof numa_node === 'number' ? numa_node : null,
		params: typeof params === 'object' ? params : {},
		...(typeof clockControl === 'string' ? {clockControl} : {}),
		...(typeof cacheControl === 'string' ? {cacheControl} : {}),
		from: 'side-car',
	};
}

/** null for any other JSON that happens to lie there. */
function parseSideCar(text: string): SideCar | null {
	try {
		const value = JSON.parse(text) as Partial<SideCar> | null;
		return value?.warpdeck_capture === 1 && typeof value.run_id === 'string' ? (value as SideCar) : null;
	} catch {
		return null;
	}
}

/** `pipeline_gpu0_numa2_vit32x6x512_compiled`, `h2d_d2h_gpu0_numa2`, and our own `gpu0_numa2_vit32x6x512`. */
const NAME = /^(?:pipeline_|h2d_d2h_)?gpu(\d+)_numa(\d+)(?:_(.+))?$/;

function readName(stem: string): CaptureMetadata {
	const [whole, gpu, node, model] = NAME.exec(stem) ?? [];
	if (whole === undefined) {
		return {runId: null, model: null, gpuIndex: null, numaNode: null, params: {}, from: 'nothing'};
	}
	return {
		runId: stem,
		model: model ?? null,
		gpuIndex: Number(gpu),
		numaNode: Number(node),
		params: {},
		from: 'file name',
	};
}
