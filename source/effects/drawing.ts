/** Everything that is needed to draw: the build makes a file of its own of it, which only a report loads. */
export {drawFigure} from './draw-figure.ts';
export {drawPdf} from './draw-pdf.ts';
export {drawPng} from './draw-png.ts';
export {FILE_THEME, PAGE_COLOURS, PAGE_THEME} from './draw-theme.ts';
