declare module 'fontkit' {
	export type Font = {
		readonly unitsPerEm: number;
		readonly glyphForCodePoint: (codePoint: number) => {readonly advanceWidth: number};
		readonly layout: (text: string) => unknown;
	};
	export function create(file: Uint8Array): Font;
}
