declare module 'pdfkit' {
	import type {Font} from 'fontkit';

	type Options = {
		readonly size: readonly [number, number];
		readonly margin: number;
		readonly font: Font;
		readonly info: {readonly [key: string]: string | Date};
	};
	class Document {
		constructor(options: Options);
		on(event: 'data', take: (chunk: Uint8Array) => void): this;
		on(event: 'end', call: () => void): this;
		registerFont(name: string, font: Font): this;
		end(): void;
	}
	export = Document;
}
