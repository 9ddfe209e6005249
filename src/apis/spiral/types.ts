import type { Brand } from '../../core/cards.ts';
import type { Wallet } from '../../core/wallets.ts';

/** A payment type (section 9): a form for cards of some brands, or the code of a wallet. */
export interface PaymentType {
  readonly name: string;
  /** Start of the session id, by which the mobile SDK chooses its handler (section 5.4). */
  readonly prefix: string;
  readonly hostId: string;
  readonly brands: readonly Brand[];
  readonly wallet: Wallet | null;
}

const byCard = (name: string, prefix: string, hostId: string, brands: readonly Brand[]): PaymentType => ({
  name,
  prefix,
  hostId,
  brands,
  wallet: null,
});

const byWallet = (name: string, prefix: string, hostId: string, wallet: Wallet): PaymentType => ({
  name,
  prefix,
  hostId,
  brands: [],
  wallet,
});

export const paymentTypes: readonly PaymentType[] = [
  byCard('VM', 'MPGS', '1', ['visa', 'mastercard']),
  byCard('UNIONPAY', 'UP', '2', ['unionpay']),
  byCard('AMEX', 'CK', '3', ['amex']),
  byCard('DINERS', 'CK', '4', ['diners']),
  byWallet('PAYME', 'PMD', '16', 'payme'),
  byWallet('FPS', 'HF', '8', 'fps'),
  byWallet('ALIPAYHK', 'AL', '5', 'alipayhk'),
  byWallet('ALIPAYCN', 'AL', '5', 'alipaycn'),
  byWallet('ALIPAY', 'AL', '5', 'alipay'),
  byWallet('WECHAT', 'WC', '6', 'wechat'),
  byWallet('OCTOPUS', 'OT', '7', 'octopus'),
];

/** The type of that name, letter case aside; undefined for one that is unknown. */
export const paymentTypeOf = (name: string): PaymentType | undefined =>
  paymentTypes.find((type) => type.name === name.toUpperCase());
