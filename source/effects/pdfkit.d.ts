declare module 'pdfkit' {
	type Options = {
		readonly size: readonly [number, number];
		readonly margin: number;
		readonly font: Uint8Array;
		readonly info: {readonly [key: string]: string | Date};
	};
	class Document {
		constructor(options: Options);
		on(event: 'data', take: (chunk: Uint8Array) => void): this;
		on(event: 'end', call: () => void): this;
		registerFont(name: string, file: Uint8Array): this;
		end(): void;
	}
	export = Document;
}
