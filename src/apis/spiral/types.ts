import type { Brand } from '../../core/cards.ts';

/** A payment type (section 9), as far as it is built: the card types. */
export interface PaymentType {
  readonly name: string;
  /** Start of the session id, by which the mobile SDK chooses its handler (section 5.4). */
  readonly prefix: string;
  readonly hostId: string;
  readonly brands: readonly Brand[];
}

export const paymentTypes: readonly PaymentType[] = [
  { name: 'VM', prefix: 'MPGS', hostId: '1', brands: ['visa', 'mastercard'] },
  { name: 'UNIONPAY', prefix: 'UP', hostId: '2', brands: ['unionpay'] },
  { name: 'AMEX', prefix: 'CK', hostId: '3', brands: ['amex'] },
  { name: 'DINERS', prefix: 'CK', hostId: '4', brands: ['diners'] },
];

/** The type of that name, letter case aside; undefined for one that is unknown or not built. */
export const paymentTypeOf = (name: string): PaymentType | undefined =>
  paymentTypes.find((type) => type.name === name.toUpperCase());
