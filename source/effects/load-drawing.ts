import {UserError} from '../domain/errors.ts';

export type Drawing = typeof import('./drawing.ts');

/** Vega, two fonts and what makes PNG and PDF: a second of loading that no other command pays for. */
export async function loadDrawing(): Promise<Drawing> {
	try {
		return await import('./drawing.ts');
	} catch (error) {
		throw new UserError('What draws figures is not beside this program: dist/drawing.js and the folder dist/drawing.', {
			tryThis: [
				'npm run build   # in a checkout of warpdeck, makes them',
				'copy the whole folder dist, not main.js alone',
				'warpdeck report --format csv,md,tex   # needs none of it',
			],
			exitCode: 3,
			cause: error,
		});
	}
}
