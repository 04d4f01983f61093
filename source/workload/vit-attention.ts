import {applySoftmax, dot} from './float32-kernels.ts';

type AttentionShape = {
	readonly count: number;
	readonly tokens: number;
	readonly heads: number;
	readonly dim: number;
};

/** softmax(Q K^T / sqrt(head width)) V for each image and head; `qkv` is [count * tokens, 3, heads, head width]. */
export function attend(
	qkv: Float32Array,
	{count, tokens, heads, dim}: AttentionShape,
	target: Float32Array,
): Float32Array {
	const scores = new Float64Array(tokens);
	const mixed = new Float64Array(dim / heads);
	for (let image = 0; image < count; image++) {
		for (let head = 0; head < heads; head++) {
			for (let token = 0; token < tokens; token++) {
				attendToken(qkv, {firstRow: image * tokens, tokens, dim, headAt: (head * dim) / heads}, token, scores, mixed);
				target.set(mixed, (image * tokens + token) * dim + (head * dim) / heads);
			}
		}
	}
	return target;
}

type Head = {readonly firstRow: number; readonly tokens: number; readonly dim: number; readonly headAt: number};

function attendToken(qkv: Float32Array, head: Head, token: number, scores: Float64Array, mixed: Float64Array): void {
	const {firstRow, tokens, dim, headAt} = head;
	const width = mixed.length;
	const stride = 3 * dim;
	const query = (firstRow + token) * stride + headAt;
	const firstKey = firstRow * stride + dim + headAt;
	for (let other = 0; other < tokens; other++) {
		scores[other] = dot(qkv, query, qkv, firstKey + other * stride, width) * width ** -0.5;
	}
	applySoftmax(scores, tokens);
	mixed.fill(0);
	for (let other = 0; other < tokens; other++) {
		addScaled(mixed, qkv, firstKey + dim + other * stride, scores[other] as number);
	}
}

function addScaled(sum: Float64Array, values: Float32Array, at: number, share: number): void {
	for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] as number) + share * (values[at + k] as number);
}
