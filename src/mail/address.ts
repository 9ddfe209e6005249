/** Our own name in mails: `Shop name <till@psp.example>`, or the address alone. */
export interface Sender {
  readonly name: string;
  readonly address: string;
}

const local = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}";
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const whole = new RegExp(`^${local}@(?:${label}\\.)*${label}$`);

/**
 * Whether a text is one address and nothing else: no list, no name, no line break. Letters outside ASCII are not taken; servers that
 * could deliver to them are rare.
 */
export const isAddress = (text: string): boolean => text.length <= 254 && whole.test(text);

/** Undefined for a text that is neither. */
export const readSender = (text: string): Sender | undefined => {
  const [, name = '', address = ''] = /^(?:([^<>\r\n"]{0,100})<([^<>]+)>)$/.exec(text.trim()) ?? ['', '', text.trim()];
  return isAddress(address) ? { name: name.trim(), address } : undefined;
};
