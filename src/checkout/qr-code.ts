import { correction, generate } from 'lean-qr';
import { toSvgPath } from 'lean-qr/extras/svg';
import { type Html, html } from './html.ts';

/** Readers need this many light modules around a code to find it. */
const quietModules = 4;

/**
 * The text as a QR code, drawn without a style or script. It is black on white in the dark as well: many apps read no code
 * that is light on dark. `title` is what a payer who does not see it is told. Throws above some 2300 bytes.
 */
export const qrCode = (text: string, title: string): Html => {
  const code = generate(text, { minCorrectionLevel: correction.M });
  const side = code.size + 2 * quietModules;
  const box = `${-quietModules} ${-quietModules} ${side} ${side}`;
  return html`<svg class="code" role="img" aria-labelledby="code-title" viewBox="${box}" shape-rendering="crispEdges">
<title id="code-title">${title}</title>
<rect x="${-quietModules}" y="${-quietModules}" width="${side}" height="${side}" fill="#fff"/><path d="${toSvgPath(code)}"/>
</svg>`;
};
