import { faceOf, isPast } from '../../core/cards.ts';
import type { StoredAccount, StoredCard } from '../../core/model.ts';
import type { Shop } from '../../gateway/ports.ts';
import { bankAccountIn, listedAccount, neededOfAccount, schemeOf } from './bank-account.ts';
import { type Call, type Fault, fault, type Handler, isFault } from './call.ts';
import { type Code, resultOf } from './codes.ts';
import type { Fields } from './fields.ts';
import {
  instrumentOf,
  isRegistrationId,
  type Owner,
  ownerOf,
  partnerNumber,
  registrationIdOf,
  tokenOf,
} from './owners.ts';
import { customerOf, typeIn } from './pay.ts';
import { cardIn, instrumentFault } from './read.ts';
import { faultsIn } from './rules.ts';
import { isListed, settingsOf } from './settings.ts';
import {
  brandNameOf,
  canonicalBrand,
  cardModes,
  chooseTerminal,
  plainTerminal,
  type Terminal,
  terminalsOf,
} from './terminals.ts';
import type { Answer } from './write.ts';

/** What a customer's cards are kept under: a member's customers are its own (section 5.1). */
const customerFor = ({ shop }: Owner, customerId: string | undefined): string | null => {
  if (customerId === undefined) return null;
  return shop ? customerOf(shop, customerId) : customerId;
};

/** Signed in the checksum: the card's number, else the BIC, else the account's number (C7). */
const instrumentIn = (fields: Fields): string | undefined =>
  fields.get('card.number') ?? fields.get('bankAccount.bic') ?? fields.get('bankAccount.accountNumber');

/** The terminal by whose brand a card is checked. A partner has none of its own, so any brand of cards will do. */
const terminalOf = (owner: Owner, fields: Fields): Terminal | Code => {
  const mode = fields.get('paymentMode')!;
  const brand = fields.get('paymentBrand')!;
  if (!owner.shop) return { ...plainTerminal, id: '0', mode: mode.toUpperCase(), brand: canonicalBrand(brand) };
  const terminalId = fields.get('authentication.terminalId');
  return chooseTerminal(terminalsOf(settingsOf(owner.shop).terminals), { terminalId, mode, brand, currency: null });
};

/** What a member may not store (section 6.10). */
const storageFault = ({ shop }: Owner, { tokenization }: Terminal): Code | undefined => {
  if (shop && !settingsOf(shop).storesCards) return '20072';
  return tokenization ? undefined : '20056';
};

/** Section 6.10: keeps a card or bank account without a payment. */
export const register: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields, ip } = call;
  const owner = await ownerOf(call, { member: 'C7', partner: 'C7p' }, { instrument: instrumentIn(fields) });
  if (isFault(owner)) return owner;
  const mode = fields.get('paymentMode')?.toUpperCase() ?? '';
  const ofCard = ['card.number', 'card.expiryMonth', 'card.expiryYear', 'customer.givenName', 'customer.surname'];
  const isCard = cardModes.has(mode);
  const scheme = schemeOf({ mode });
  const needed = isCard ? ofCard : scheme ? neededOfAccount(scheme) : [];
  const wrong = faultsIn(fields, ['paymentMode', 'paymentBrand', ...needed]);
  if (wrong.length > 0) return fault(...wrong);
  if (owner.shop && !isListed(settingsOf(owner.shop).ips, ip)) return fault('20015');
  const terminal = terminalOf(owner, fields);
  if (typeof terminal === 'string') return fault(terminal);
  const mayNot = storageFault(owner, terminal) ?? (isCard || scheme ? undefined : '20056');
  if (mayNot) return fault(mayNot);
  const customerId = fields.get('customer.customerId');
  const place = { shopId: null, customer: customerFor(owner, customerId) };
  const registered = (kept: StoredCard | StoredAccount): Answer => ({
    registrationId: registrationIdOf(kept),
    ...owner.named,
    paymentBrand: terminal.brand,
    paymentMode: terminal.mode,
    result: resultOf('00003'),
    ...(customerId !== undefined && { customerId }),
  });
  if (scheme) return registered(await parts.accounts.keep(owner.number, bankAccountIn(fields, scheme), place.customer));
  const card = cardIn(fields)!;
  const misfit = instrumentFault(card, terminal, parts.clock.now());
  if (misfit) return fault(misfit);
  // The code serves no later charge and is never kept.
  const details = { ...card, code: null };
  const face = faceOf(card.number.reveal(), card.expiry);
  if (owner.shop) {
    const { currencies } = owner.shop.routes[0] ?? { currencies: [] };
    const currency = terminal.currency ?? currencies[0] ?? 'EUR';
    const facts = await parts.gateway.describeCard(owner.shop, { details, face }, currency);
    if (facts?.storable === false) return fault('10003');
  }
  return registered(await parts.cards.keep(owner.number, { details, face }, place));
};

/** A customer's name as the shop gave it; members' are kept with the member before them. */
const customerIdOf = ({ shop }: Owner, { customer }: Pick<StoredCard, 'customer'>): string => {
  if (customer === null) return '';
  const own = shop === null ? '' : customerOf(shop, '');
  return customer.startsWith(own) ? customer.slice(own.length) : customer;
};

/** Whether a card or account may be listed at a member: not those of the merchant's other members. */
const isOwn = ({ shop }: Owner, { customer }: Pick<StoredCard, 'customer'>): boolean =>
  shop === null || customer === null || customer.startsWith(customerOf(shop, ''));

/** Section 6.11: the stored instruments of an owner, all of them or those of one customer. */
export const listInstruments: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields } = call;
  const owner = await ownerOf(call, { member: 'C8', partner: 'C8p' });
  if (isFault(owner)) return owner;
  const wrong = faultsIn(fields);
  if (wrong.length > 0) return fault(...wrong);
  const customerId = fields.get('customer.customerId');
  const customer = customerFor(owner, customerId);
  const allCards = await parts.cards.list(owner.number, owner.shop, customer);
  const cards = allCards.filter((card) => isOwn(owner, card));
  const accounts = (await parts.accounts.list(owner.number, customer)).filter((account) => isOwn(owner, account));
  const [name] = Object.keys(owner.named) as [string];
  if (cards.length + accounts.length === 0) return { codes: ['30064'], with: { [name]: '-', paymentId: undefined } };
  return {
    ...owner.named,
    result: resultOf('00026'),
    cards: cards.map((card) => {
      const [expiryYear, expiryMonth] = card.face.expiry.split('-') as [string, string];
      return {
        registrationId: registrationIdOf(card),
        registrationStatus: isPast(card.face.expiry, parts.clock.now()) ? 'N' : 'Y',
        cardType: brandNameOf(card.face.brand),
        bin: card.face.first6,
        last4Digits: card.face.last4,
        expiryMonth,
        expiryYear,
        customerId: customerIdOf(owner, card),
      };
    }),
    bankaccounts: accounts.map((account) => ({
      registrationId: registrationIdOf(account),
      registrationStatus: 'Y',
      ...listedAccount(account.face),
      customerId: customerIdOf(owner, account),
    })),
    ...(customerId !== undefined && { customerId }),
  };
};

/** What speaks against a deletion: whose the registration is, and whether it was deleted before (section 6.12). */
const deletionFault = async (call: Call, owner: Owner, token: string): Promise<Code | undefined> => {
  const { parts, bearer } = call;
  const found = await instrumentOf(parts, owner.number, token);
  if (found === 'forgotten') return '20080';
  if (found) return isOwn(owner, found) ? undefined : '40005';
  if (owner.shop) {
    const partner = await partnerNumber(parts, settingsOf(owner.shop).partnerId);
    return typeof (await instrumentOf(parts, partner, token)) === 'object' ? '20074' : '40005';
  }
  const members: Shop[] = bearer?.memberId === undefined ? [] : await sameMember(call, bearer.memberId);
  for (const { merchantId } of members) {
    if (typeof (await instrumentOf(parts, merchantId, token)) === 'object') return '20075';
  }
  return '40005';
};

const sameMember = async ({ parts }: Call, memberId: string): Promise<Shop[]> => {
  const shop = await parts.directory.shopNamed('transaction-services', memberId);
  return shop ? [shop] : [];
};

/** Section 6.12: DL, by the member or the partner that stored it. */
export const deleteRegistration: Handler = async (call): Promise<Answer | Fault> => {
  const { parts, fields, id } = call;
  if (!isRegistrationId(id)) return fault('30049');
  const type = typeIn(fields, 'DL');
  if (typeof type !== 'string') return type;
  const owner = await ownerOf(call, { member: 'C6', partner: 'C6p' }, { id });
  if (isFault(owner)) return owner;
  const token = tokenOf(id);
  const mayNot = await deletionFault(call, owner, token);
  if (mayNot) return fault(mayNot);
  const isGone =
    (await parts.gateway.forgetCard(owner.number, token)) || (await parts.accounts.forget(owner.number, token));
  if (!isGone) return fault('20080');
  return { registrationId: id, result: resultOf('00007') };
};
