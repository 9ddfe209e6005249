import { type Html, html } from './html.ts';

/** JSON laid out for reading; any other text as it is. */
const prettyJson = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

/** A message as it went over the wire: first line, headers, body. */
export const wireText = (
  firstLine: string,
  headers: Readonly<Record<string, string>>,
  body: string | null,
  label: string,
): Html => html`<pre class="wire" tabindex="0" role="group" aria-label="${label}"><code><b>${firstLine}</b>
${Object.entries(headers).map(([name, value]) => value !== '' && html`<i>${name}:</i> ${value}\n`)}${body && html`\n${prettyJson(body)}`}</code></pre>`;

/** Time of day as the messages themselves tell it. `at` in ms. */
export const timeOf = (at: number): Html => {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(11, 19)} UTC</time>`;
};

/** The verdict on a signature. */
export const seal = (genuine: boolean, right: string, wrong: string): Html =>
  genuine ? html`<span class="seal good">✓ ${right}</span>` : html`<span class="seal bad">✗ ${wrong}</span>`;
