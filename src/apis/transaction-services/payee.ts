import type { Brand } from '../../core/cards.ts';
import { isAccount } from '../../core/model.ts';
import type { PayoutRequest } from '../../gateway/payouts.ts';
import type { Shop } from '../../gateway/ports.ts';
import { Secret } from '../../kit/secret.ts';
import { type Call, type Fault, fault, isFault } from './call.ts';
import type { Fields } from './fields.ts';
import { isRegistrationId, registrationFor } from './owners.ts';
import { terminalFor } from './pay.ts';
import { withMeans } from './stored-pay.ts';
import { cardModes, meansOf, type Terminal } from './terminals.ts';

/** Whom money goes to, and by which terminal. */
export interface Target {
  readonly to: PayoutRequest['to'];
  readonly terminal: Terminal;
  readonly currency: string;
  readonly brands: readonly Brand[];
}

/** What an acquirer is told of an account, by the names that requests have for it; each is checked by the rules. */
const ofAccount: readonly string[] = [
  ...['iban', 'bic', 'accountNumber', 'routingNumber', 'accountType', 'bankName', 'bankCode', 'branchName'],
  ...['branchCode', 'country', 'bankAccountName', 'bankAccountNumber', 'bankIfsc', 'transferType'],
];

const sayings = (fields: Fields, group: string, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = fields.get(`${group}.${name}`);
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** The shopper's id at the wallet. */
const walletIdIn = (fields: Fields): string | undefined =>
  ['walletId', 'id', 'customerId', 'bankId']
    .map((name) => fields.get(`customer.${name}`))
    .find((id) => id !== undefined);

/**
 * Who is paid without an earlier payment (section 6.13): an account at a bank, or a wallet by its id, mode and brand; 30036 where neither is
 * named, 20100 at a terminal that pays nobody out. What is told of either goes to the acquirer and is kept nowhere here.
 */
export const payeeFor = ({ fields }: Call, shop: Shop): Target | Fault => {
  const holder = sayings(fields, 'customer', ['givenName', 'surname']);
  const account = sayings(fields, 'bankAccount', ofAccount);
  const isAccount = ['iban', 'accountNumber', 'bankAccountNumber'].some((name) => account[name] !== undefined);
  const walletId = walletIdIn(fields);
  const isWallet =
    ['paymentMode', 'paymentBrand'].every((name) => fields.get(name) !== undefined) && walletId !== undefined;
  if (!isAccount && !isWallet) return fault('30036');
  const chosen = terminalFor(shop, fields);
  if (isFault(chosen)) return chosen;
  const { terminal, currency } = chosen;
  // A card's number comes with a payment that was made with it.
  if (!terminal.payout || cardModes.has(terminal.mode)) return fault('20100');
  const told = isAccount ? { ...account, ...holder } : { wallet: terminal.brand, walletId: walletId!, ...holder };
  const payee = { payee: isAccount ? 'account' : 'wallet', told: new Secret(JSON.stringify(told)) } as const;
  return { to: { payee }, terminal, currency, brands: [] };
};

/**
 * Beyond the wire: `registrationId` in the body pays the card or account of a registration. Its terminal is that of a payment with it;
 * 30049, 40004, 40005, 20100.
 */
export const registeredPayee = async ({ parts, fields }: Call, shop: Shop): Promise<Target | Fault> => {
  const id = fields.get('registrationId')!;
  const registration = isRegistrationId(id) ? await registrationFor(parts, shop, id) : fault('30049');
  if (isFault(registration)) return registration;
  const { stored, owner } = registration;
  const chosen = terminalFor(shop, withMeans(fields, stored));
  if (isFault(chosen)) return chosen;
  const { terminal, currency } = chosen;
  const isOf = meansOf(terminal) === (isAccount(stored) ? stored.face.scheme : stored.face.brand);
  if (!isOf) return fault('20055');
  if (!terminal.payout) return fault('20100');
  return isAccount(stored)
    ? { to: { account: stored, owner }, terminal, currency, brands: [] }
    : { to: { token: stored.token, owner }, terminal, currency, brands: [stored.face.brand] };
};
