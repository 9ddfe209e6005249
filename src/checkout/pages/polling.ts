import type { View } from '../../core/model.ts';
import { type Html, html } from '../html.ts';
import { addressOf, type Place } from '../place.ts';
import { receivedSoFar, type Scene } from '../scene.ts';

const pollSeconds = 3;

/** Without script a page is fetched anew, which takes a selection away: on the page of a code the payer needs time for one. */
const refreshSeconds = (kind: Scene['kind']) => (kind === 'qr' ? 5 : pollSeconds);

/** How a page notices by itself that something happened: attributes for the script, a refresh for browsers without it. */
export const polling = (
  kind: Scene['kind'],
  view: View,
  place: Place,
): { readonly attributes: Html; readonly refresh: Html } => ({
  attributes: html`data-poll="${addressOf(place, '/status')}" data-poll-ms="${pollSeconds * 1_000}" data-state="${kind}" data-received="${receivedSoFar(view)}"`,
  refresh: html`<noscript><meta http-equiv="refresh" content="${refreshSeconds(kind)}"></noscript>`,
});
