import { amountDigits } from './amount.ts';

/** ISO 4217 numbers of the currencies that FPS moves (section 5.4). */
export const fpsCurrencies: Readonly<Record<string, string>> = { HKD: '344', CNY: '156' };

/** An object of the EMV merchant-presented format: two digits of name, two of length, then the text. */
const object = (name: string, text: string): string => `${name}${String(text.length).padStart(2, '0')}${text}`;

/** CRC-16/CCITT-FALSE of an ASCII text, as four hex digits. */
const crcOf = (text: string): string => {
  let crc = 0xffff;
  for (const byte of Buffer.from(text, 'latin1')) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
};

/** The first 25 characters of a name that a bank's app can print: ASCII, without accents; a dash where nothing is left. */
const nameText = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, 25) || '-';

/**
 * What an FPS code says (section 5.4): a payment of this amount to an FPS id, with the merchant's reference as bill number.
 * `currency` is one of `fpsCurrencies`.
 */
export const fpsText = (bill: {
  readonly fpsId: string;
  readonly merchantName: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly merchantRef: string;
}): string => {
  const { fpsId, merchantName, amountMinor, currency, merchantRef } = bill;
  const text = [
    object('00', '01'),
    object('01', '12'),
    object('26', object('00', 'hk.com.hkicl') + object('02', fpsId)),
    object('52', '0000'),
    object('53', fpsCurrencies[currency]!),
    object('54', amountDigits(amountMinor, currency)),
    object('58', 'HK'),
    object('59', nameText(merchantName)),
    object('60', 'HK'),
    object('62', object('05', merchantRef)),
    '6304',
  ].join('');
  return text + crcOf(text);
};
