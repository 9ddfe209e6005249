/** The acquirer's response codes and the words that go with them. */
export const words = {
  '00': 'approved',
  '05': 'do not honour',
  '12': 'invalid transaction',
  '13': 'invalid amount',
  '14': 'invalid card number',
  '17': 'cancelled by the payer',
  '1A': 'authentication failed',
  '25': 'original not found',
  '33': 'expired card, pick up',
  '43': 'stolen card, pick up',
  '51': 'insufficient funds',
  '54': 'expired card',
  '57': 'not permitted for this card',
  '62': 'restricted card',
  '68': 'issuer timed out',
  '96': 'system malfunction',
  C1: 'cancelled in the app',
  C2: 'closed, takes no more',
  N7: 'security code does not match',
  P1: 'no phone is connected to the card',
} as const;

export type Code = keyof typeof words;
