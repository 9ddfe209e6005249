import { escaped } from './escaped.ts';

/** What a mail says, once for both of its forms. Texts are plain; nobody has escaped them. */
export interface LetterWords {
  /** BCP 47. */
  readonly language: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** Names and what they are. */
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** Where to go, in a button; http or https. */
  readonly button?: { readonly label: string; readonly url: string } | undefined;
  readonly foot?: string | undefined;
}

/** One line: what merchants and payers typed must not look like a row or a paragraph of ours. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const textOf = ({ title, paragraphs, rows, button, foot }: LetterWords): string =>
  [
    oneLine(title),
    ...paragraphs.map(oneLine),
    rows.map(([name, value]) => `${oneLine(name)}: ${oneLine(value)}`).join('\n'),
    button && `${oneLine(button.label)}:\n${button.url}`,
    foot && `-- \n${oneLine(foot)}`,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join('\n\n');

const style = {
  page: 'margin:0;padding:24px;background:#f2f4f7;color:#14213d;font:16px/1.5 system-ui,sans-serif',
  sheet: 'max-width:560px;margin:0 auto;padding:24px;background:#fff;border-radius:12px',
  title: 'margin:0 0 16px;font-size:22px',
  cell: 'padding:6px 0;border-top:1px solid #dde2ea;text-align:left;vertical-align:top',
  button: 'display:inline-block;padding:12px 24px;background:#14532d;color:#fff;border-radius:8px;text-decoration:none',
  foot: 'margin:24px 0 0;color:#4a5568;font-size:14px',
} as const;

const rowOf = ([name, value]: readonly [string, string]): string =>
  `<tr><th scope="row" style="${style.cell};font-weight:400;color:#4a5568;padding-right:16px">${escaped(oneLine(name))}</th><td style="${style.cell}">${escaped(oneLine(value))}</td></tr>`;

const htmlOf = ({ language, title, paragraphs, rows, button, foot }: LetterWords): string => `<!doctype html>
<html lang="${escaped(language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(oneLine(title))}</title></head>
<body style="${style.page}">
<div style="${style.sheet}">
<h1 style="${style.title}">${escaped(oneLine(title))}</h1>
${paragraphs.map((text) => `<p>${escaped(oneLine(text))}</p>`).join('\n')}
${rows.length > 0 ? `<table style="width:100%;border-collapse:collapse;margin:16px 0">\n${rows.map(rowOf).join('\n')}\n</table>` : ''}
${button ? `<p><a href="${escaped(button.url)}" style="${style.button}">${escaped(oneLine(button.label))}</a></p>\n<p style="${style.foot};word-break:break-all">${escaped(button.url)}</p>` : ''}
${foot ? `<p style="${style.foot}">${escaped(oneLine(foot))}</p>` : ''}
</div>
</body>
</html>
`;

/** A mail's subject and both of its forms: no script, no picture, nothing that is fetched. */
export const letterOf = (
  words: LetterWords,
): { readonly subject: string; readonly text: string; readonly html: string } => ({
  subject: oneLine(words.title).slice(0, 200),
  text: `${textOf(words)}\n`,
  html: htmlOf(words),
});
