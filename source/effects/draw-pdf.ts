import Document from 'pdfkit';
import drawSvg from 'svg-to-pdfkit';
import {loadFont} from './drawing-fonts.ts';

type Page = {
	readonly title: string;
	/** Of the run, so that the same run makes the same file. */
	readonly at: Date;
};

/** One page of the figure's own size, with text that stays text. */
export async function drawPdf(svg: string, {title, at}: Page): Promise<Uint8Array> {
	const [, width = '720', height = '480'] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
	const size = [Number(width), Number(height)] as const;
	const regular = loadFont('regular');
	const document = new Document({
		size,
		margin: 0,
		font: regular,
		info: {Title: title, Producer: 'warpdeck', Creator: 'warpdeck', CreationDate: at},
	});
	const chunks: Uint8Array[] = [];
	document.on('data', (chunk) => chunks.push(chunk));
	const ended = new Promise<void>((resolve) => document.on('end', resolve));
	document.registerFont('regular', regular).registerFont('bold', loadFont('bold'));
	drawSvg(document, svg, 0, 0, {
		assumePt: true,
		fontCallback: (_family, isBold) => (isBold ? 'bold' : 'regular'),
		warningCallback: () => {},
	});
	document.end();
	await ended;
	return Buffer.concat(chunks);
}
