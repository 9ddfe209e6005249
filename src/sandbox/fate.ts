import { type CardClass, challengedFirst, classOf, classOfEnds, printed } from './cards.ts';
import type { Code } from './codes.ts';

/** A card as a message brings it. `expiry` is `MMYY`. */
export interface Card {
  readonly number: string;
  readonly expiry: string;
  readonly code?: string;
}

export type Way = 'answer' | 'late' | 'silent' | 'broken';

/** What becomes of a sale, authorization or verify with a card. */
export interface Fate {
  readonly class: CardClass;
  /**
   * `answer`: told at once. `late`: decided, but the answer is lost, and inquiries hear of it later. `silent`: never
   * taken, never answered. `broken`: never taken, answered with a host error.
   */
  readonly way: Way;
  /** The payer must pass the issuer's form, or type a texted code, before `way` and `code` count. */
  readonly challenge: false | 'form' | 'text';
  readonly code: Code;
}

type Rule = Omit<Fate, 'class'>;

const at = (code: Code): Rule => ({ way: 'answer', challenge: false, code });
const late = (code: Code): Rule => ({ way: 'late', challenge: false, code });
const after = (code: Code): Rule => ({ way: 'answer', challenge: 'form', code });
const silent: Rule = { way: 'silent', challenge: false, code: '00' };
const broken: Rule = { way: 'broken', challenge: false, code: '96' };

/** With the payer present. A code `1A` after a challenge: not even the right one passes. */
const rules: Record<CardClass, Rule> = {
  OK: at('00'),
  '3DS': after('00'),
  '3DS-FAIL': after('1A'),
  '3DS-NONE': at('00'),
  NO: at('57'),
  'NO-05': at('05'),
  'NO-33': at('33'),
  'NO-43': at('43'),
  'NO-51': at('51'),
  'NO-62': at('62'),
  'NO-96': at('96'),
  'LATE-OK': late('00'),
  'LATE-NO': late('57'),
  SILENT: silent,
  'NO-CAPTURE': at('00'),
  'NO-REFUND': at('00'),
  'NO-VOID': at('00'),
  'NO-STORE': at('00'),
  'NO-REPEAT': at('00'),
  'LOST-REPEAT': at('00'),
  'NO-CREDIT': at('00'),
  EXPIRY: at('00'),
};

/** Charges by the merchant alone, where they differ. */
const alone: Partial<Record<CardClass, Rule>> = { 'NO-REPEAT': at('57'), 'LOST-REPEAT': late('68') };

/** Triggers of the class EXPIRY by expiry `MM/YY`. */
export const expiryTriggers: Readonly<Record<string, { readonly does: string; readonly rule: Rule }>> = {
  '05/39': { does: 'declined', rule: at('05') },
  '06/39': { does: 'insufficient funds', rule: at('51') },
  '04/27': { does: 'expired card', rule: at('54') },
  '07/39': { does: 'wrong security code', rule: at('N7') },
  '09/39': { does: 'challenge first; never authenticated, whatever is typed', rule: after('1A') },
  '01/37': { does: 'host error; inquiries find nothing', rule: broken },
  '08/28': { does: 'approved, but the answer is lost; inquiries tell it 5 s later', rule: late('00') },
};

/** Whether the date (`YYYY-MM`) of this number means something here, so that it counts even when it is past. */
export const isTriggerDate = (number: string, expiry: string): boolean =>
  printed.has(number) || (classOf(number) === 'EXPIRY' && `${expiry.slice(5)}/${expiry.slice(2, 4)}` in expiryTriggers);

const expiryRule = ({ expiry, code }: Omit<Card, 'number'>): Rule => {
  const trigger = expiryTriggers[`${expiry.slice(0, 2)}/${expiry.slice(2)}`];
  if (trigger) return trigger.rule;
  return code !== undefined && /^0{3,4}$/.test(code) ? at('N7') : rules.EXPIRY;
};

/** Cards of the country are confirmed by a code that is texted to their phone. */
export const isConfirmedByText = (number: string): boolean => /^(8600|5614|9860)/.test(number);

/** Networks whose issuers know 3-D Secure forms. */
const hasForms = (number: string): boolean => /^[245]/.test(number);

/** What the message says besides the card. */
export interface Circumstances {
  readonly kind: 'sale' | 'authorize' | 'verify';
  readonly initiator: 'payer' | 'merchant';
  /** The payer can be sent to the issuer's form. */
  readonly browser: boolean;
  /** The form is wanted wherever the issuer knows it. */
  readonly demandsChallenge: boolean;
  /** What cannot be challenged is declined. */
  readonly requiresChallenge?: boolean;
}

/** A verify proves the card, not its funds. */
const proves = (code: Code): Code => (code === '62' || code === '1A' ? code : '00');

/** A card of the country: what its centre finds wrong with it is said before a code is texted. */
const byTextRule = (name: CardClass, rule: Rule, kind: Circumstances['kind']): Rule => {
  if (name === 'NO') return at('P1');
  if (name === 'NO-62') return rule;
  return { ...rule, challenge: 'text', code: kind === 'verify' ? proves(rule.code) : rule.code };
};

/**
 * What becomes of a card, undefined for a number with a wrong check digit. Past dates are the payment pages' business:
 * some printed test cards are long past and must work all the same. Where no browser can be sent to a form, a card that
 * would be challenged is decided without, and one that always fails it pays.
 */
export const fateOf = (card: Card, circumstances: Circumstances): Fate | undefined => {
  const { kind, initiator, browser, demandsChallenge, requiresChallenge = false } = circumstances;
  const name = classOf(card.number);
  if (!name) return undefined;
  const rule = name === 'EXPIRY' ? expiryRule(card) : rules[name];
  if (initiator === 'merchant') {
    const { way, code } = alone[name] ?? rule;
    return { class: name, way, challenge: false, code: code === '1A' ? '00' : code };
  }
  if (isConfirmedByText(card.number)) return { class: name, ...byTextRule(name, rule, kind) };
  if (kind === 'verify') return { class: name, ...at(proves(rule.code === '1A' ? '00' : rule.code)) };
  const demanded = demandsChallenge && hasForms(card.number) && name !== '3DS-NONE';
  const challenged = rule.challenge !== false || challengedFirst.includes(card.number) || demanded;
  if (challenged && browser) return { class: name, ...rule, challenge: 'form' };
  if (requiresChallenge) return { class: name, ...at('1A') };
  return { class: name, way: rule.way, challenge: false, code: rule.code === '1A' ? '00' : rule.code };
};

/**
 * What becomes of a sale whose card was held to a terminal. No form is shown there, so only the rule that nothing passes
 * declines. `ends`: first six and last four digits.
 */
export const fateAtTerminal = (ends: string, expiry: string): Fate => {
  const name = classOfEnds(ends);
  const { way, code } = name === 'EXPIRY' ? expiryRule({ expiry }) : rules[name];
  const passes = name === 'EXPIRY' ? '05' : '00';
  // Terminals hear of a plain decline what they know best.
  const said = code === '57' ? '05' : code;
  return { class: name, way, challenge: false, code: code === '1A' ? passes : said };
};

/** What becomes of money that is sent to a card; undefined for a number with a wrong check digit. */
export const fateOfPayout = (name: CardClass | undefined): Fate | undefined =>
  name && { class: name, ...at(name === 'NO-CREDIT' || name === 'NO-REFUND' ? '57' : '00') };

/**
 * What becomes of a debit, by the last four digits of the account's number: an account does what the card 4000 0000 0000 with the same
 * end does, but that nobody is challenged.
 */
export const fateOfDebit = (end: string, initiator: Circumstances['initiator']): Fate => {
  const name = classOf(`400000000000${end}`) ?? 'OK';
  const { way, code } = (initiator === 'merchant' && alone[name]) || rules[name];
  return { class: name, way, challenge: false, code: code === '1A' ? '00' : code };
};
