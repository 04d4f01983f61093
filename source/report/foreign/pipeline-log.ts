import type {JsonObject} from '../../domain/json.ts';

type Said = {
	readonly samplesPerS: number | null;
	readonly windowS: number | null;
	readonly deviceName: string | null;
	readonly degraded: readonly string[];
	readonly metrics: JsonObject;
};

/** How far throughput and samples over time may lie apart before one of them is something else. */
const TOLERANCE = 0.01;

/** What the replaced pipeline printed. Early versions printed a rate of launches as throughput, which is not taken. */
export function readPipelineLog(text: string): Said {
	const samples = find(text, /^Test Samples:\s*(\d+)/m);
	const windowS = find(text, /^Total Time:\s*([\d.]+)\s*s/m);
	const rate = find(text, /^Average Throughput:\s*([\d.]+)\s*samples\/s/m);
	const isSame = samples !== null && windowS && rate ? Math.abs((rate * windowS) / samples - 1) <= TOLERANCE : false;
	const deviceName = /^GPU: (.+?)(?: \(\d+ MB\))?\s*$/m.exec(text)?.[1] ?? null;
	return {
		samplesPerS: isSame ? rate : null,
		windowS,
		deviceName,
		degraded: [
			...(rate !== null && !isSame
				? ['its throughput is not samples over time, as in early versions that timed launches; left out']
				: []),
			...(/using non-compiled model/.test(text) ? ['its model was not compiled, though that was asked for'] : []),
		],
		metrics: {
			...(samples === null ? {} : {test_samples: samples}),
			...(rate !== null && !isSame ? {throughput_as_printed: rate} : {}),
		},
	};
}

function find(text: string, pattern: RegExp): number | null {
	const found = pattern.exec(text)?.[1];
	const number = Number(found);
	return found === undefined || !Number.isFinite(number) ? null : number;
}
