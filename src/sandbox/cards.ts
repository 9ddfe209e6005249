/**
 * The one table of test cards: the number decides, whichever API the payment came by. Amounts, names and texts never
 * do; expiry and security code only in the class EXPIRY.
 */
export const cardClasses = {
  OK: {
    does: 'approved',
    numbers: [
      '4111111111111111',
      '4176661000001056',
      '5549110920049586',
      '5423110020223322',
      '370000000000002',
      '376000000000006',
      '4000000000000051',
      '5101082187256503',
      '5101080000000009',
      '375510513169537',
      '378282246310005',
      '4444888888885559',
      '4741520000000003',
      '5587402000012011',
      '4056070000000008',
      '4550522598305372',
      '6101317000000128',
      '4908366099706566',
      '6101324010002441',
      '4444333322221111',
      '5434021016824014',
      '9010101052000002',
      '9030101052000008',
      '64719254',
      '8600310000000018',
      '5614680000000014',
      '9860180000000018',
    ],
  },
  '3DS': {
    does: 'challenge first; approved when it is passed',
    numbers: ['4000000000000002', '4242424242424242', '4012001037141112', '4111220000000010', '5200440000000013'],
  },
  '3DS-FAIL': { does: 'challenge first; never authenticated, whatever is typed', numbers: ['4111220000000028'] },
  '3DS-NONE': { does: 'not enrolled for 3-D Secure: approved without a challenge', numbers: ['4000000000000010'] },
  NO: {
    does: 'declined',
    numbers: [
      '4000000000000028',
      '4444888888884446',
      '4155520000000002',
      '4205792507864590',
      '5000105018126595',
      '9010100152000003',
      '9030100152000009',
      '1111111111111117',
      '4999999999999999',
      '05101182',
      '8600310000000042',
    ],
  },
  'NO-05': { does: 'declined with code 05, do not honour', numbers: ['4000000000000036'] },
  'NO-33': { does: 'declined with code 33, expired card', numbers: ['4000000000000044'] },
  'NO-43': { does: 'declined with code 43, stolen card', numbers: ['4000000000000069'] },
  'NO-51': {
    does: 'declined with code 51, insufficient funds',
    numbers: ['8600310000000026', '9860180000000026', '4111220000000036'],
  },
  'NO-62': { does: 'declined with code 62, blocked card', numbers: ['8600310000000034'] },
  'NO-96': { does: 'declined with code 96, system malfunction', numbers: ['9860180000000034'] },
  'LATE-OK': { does: 'approved, but the answer is lost; inquiries tell it 5 s later', numbers: ['4000000000000077'] },
  'LATE-NO': { does: 'declined, but the answer is lost; inquiries tell it 5 s later', numbers: ['4000000000000085'] },
  SILENT: { does: 'no answer, and inquiries find nothing', numbers: ['4000000000000127'] },
  'NO-CAPTURE': { does: 'approved; every capture is declined', numbers: ['4000000000000093'] },
  'NO-REFUND': { does: 'approved; every refund, and payout to it, is declined', numbers: ['4000000000000101'] },
  'NO-VOID': {
    does: 'approved; every void, and release of the authorization, is declined',
    numbers: ['4000000000000119'],
  },
  'NO-STORE': { does: 'approved; the card may not be stored', numbers: ['4000000000000135'] },
  'NO-REPEAT': {
    does: 'approved with the payer present; charges by token are declined',
    numbers: ['4000000000000143'],
  },
  'LOST-REPEAT': {
    does: 'approved with the payer present; charges by token get no answer, and inquiries tell 5 s later that the issuer timed out',
    numbers: ['4000000000000150'],
  },
  'NO-CREDIT': { does: 'approved; a payout to it is declined', numbers: ['4000000000000168'] },
  EXPIRY: {
    does: 'by expiry and security code, see below',
    numbers: [
      '4440000009900010',
      '4508750015741019',
      '5123450000000008',
      '2223000000000007',
      '6250941006528599',
      '345678901234564',
      '30123400000000',
    ],
  },
} as const satisfies Record<string, { does: string; numbers: readonly string[] }>;

export type CardClass = keyof typeof cardClasses;

/** Numbers whose issuer asks for a challenge before the class has its say. */
export const challengedFirst: readonly string[] = [
  '4111220000000010',
  '4111220000000028',
  '4111220000000036',
  '5200440000000013',
];

/** The code that passes a challenge. */
export const rightCode = '111111';

/** Numbers that acquirers print in their manuals, whose dates are long past. */
export const printed: ReadonlySet<string> = new Set([
  '4444888888885559',
  '4444888888884446',
  '4741520000000003',
  '4155520000000002',
  '5587402000012011',
  '4242424242424242',
  '4111111111111111',
  '4999999999999999',
  '4056070000000008',
  '4550522598305372',
  '4205792507864590',
  '64719254',
  '05101182',
  '6101317000000128',
  '4908366099706566',
  '1111111111111117',
  '6101324010002441',
  '4444333322221111',
  '5434021016824014',
  '4012001037141112',
  '5000105018126595',
  '9010101052000002',
  '9030101052000008',
  '9010100152000003',
  '9030100152000009',
]);

const byNumber = new Map<string, CardClass>();
for (const [name, { numbers }] of Object.entries(cardClasses)) {
  for (const number of numbers) byNumber.set(number, name as CardClass);
}

const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits.at(-1 - i));
    sum += i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
  }
  return sum % 10 === 0;
};

/** The class of a number; one that no list names is `OK`. Undefined where the check digit is wrong, too. */
export const classOf = (number: string): CardClass | undefined =>
  byNumber.get(number) ?? (passesLuhn(number) ? 'OK' : undefined);

/** First six and last four digits, whatever the length: the only form in which the world keeps a number. */
export const masked = (number: string): string => `${number.slice(0, 6)}xxxxxx${number.slice(-4)}`;

/** Whether a number may be typed although its check digit, or its length, is that of no card. */
export const isTestNumber = (number: string): boolean => byNumber.has(number);

const byEnds = new Map([...byNumber].map(([number, name]) => [masked(number), name]));

/** The same of a number of which a terminal shows first six and last four; there is no check digit to look at. */
export const classOfEnds = (ends: string): CardClass => byEnds.get(ends) ?? 'OK';
