/** A value that survives JSON: no NaN, no Infinity, no undefined. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export type JsonObject = {readonly [key: string]: Json};

export const isJsonObject = (value: unknown): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

export const readNumber = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null);
