/** The card network's name for an approved payment: a running number, and the end of the card that it was made with. */
export const networkNameOf = (number: number, card: string): string =>
  `7${String(number).padStart(10, '0')}${card.slice(-4).padStart(4, '0')}`;

/** Whether a name is that of a payment with this card. */
export const isNetworkNameOf = (name: string, card: string): boolean =>
  /^7\d{14}$/.test(name) && name.endsWith(card.slice(-4).padStart(4, '0'));
