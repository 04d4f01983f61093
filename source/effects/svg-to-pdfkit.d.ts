declare module 'svg-to-pdfkit' {
	const draw: (
		document: unknown,
		svg: string,
		x: number,
		y: number,
		options: {
			readonly assumePt?: boolean;
			readonly width?: number;
			readonly height?: number;
			readonly fontCallback?: (family: string, isBold: boolean) => string;
			readonly warningCallback?: (warning: string) => void;
		},
	) => void;
	export = draw;
}
