import type { ApiParts } from '../../gateway/api.ts';
import type { Shop } from '../../gateway/ports.ts';
import { type Found, transactionNamed } from './call.ts';
import { type Fault, faults } from './codes.ts';
import { cancelLink, createLink, linkDetails } from './links.ts';
import { type Offer, type OfferMemo, offerNamed } from './offers.ts';
import { payout } from './payout.ts';
import { details, invoice, log, providers, result } from './queries.ts';
import { initRp, startRp } from './recurring.ts';
import {
  cancelAllRegistrations,
  cancelRegistration,
  getRegistration,
  getRegistrations,
  oneClickOptions,
} from './registrations.ts';
import { settlement, settlementRefund } from './settlements.ts';
import { cancel, close, init, refund } from './transactions.ts';
import { initWall, updateWall, wallDetails } from './walls.ts';

type Body = Record<string, unknown>;
type Answer = Promise<object | Fault>;

/** A method that names its store (group S of section 4.2). */
interface OfStore {
  readonly group: 'store';
  readonly run: (parts: ApiParts, shop: Shop, body: Body) => Answer;
}

/** A method that names a thing of a store, which is looked for before the caller is asked who it is (group T). */
interface OfThing<T extends { readonly shop: Shop }> {
  readonly group: 'thing';
  readonly key: string;
  readonly find: (parts: ApiParts, name: string) => Promise<T | undefined>;
  readonly unknown: (name: string) => Fault;
  readonly run: (parts: ApiParts, thing: T, body: Body) => Answer;
}

export type Method = OfStore | OfThing<{ readonly shop: Shop }>;

const ofStore = (run: OfStore['run']): Method => ({ group: 'store', run });

const ofThing = <T extends { readonly shop: Shop }>(method: Omit<OfThing<T>, 'group'>): Method =>
  ({ group: 'thing', ...method }) as unknown as Method;

const ofTransaction = (run: OfThing<Found>['run']): Method =>
  ofThing<Found>({ key: 'TransactionId', find: transactionNamed, unknown: faults.unknownTransaction, run });

const ofOffer = (kind: OfferMemo['kind'], key: string, run: OfThing<Offer>['run']): Method =>
  ofThing<Offer>({ key, find: (parts, name) => offerNamed(parts, kind, name), unknown: faults.unknownLink, run });

/** Every method by its name on the wire (section 5). */
export const methods: Readonly<Record<string, Method>> = {
  Init: ofStore(init),
  Result: ofTransaction(result),
  Close: ofTransaction(close),
  Refund: ofTransaction(refund),
  Cancel: ofTransaction(cancel),
  Details: ofTransaction(details),
  Log: ofTransaction(log),
  Providers: ofStore(providers),
  InitRP: ofStore(initRp),
  StartRP: ofTransaction(startRp),
  GetPaymentRegistrations: ofStore(getRegistrations),
  GetPaymentRegistration: ofTransaction(getRegistration),
  CancelPaymentRegistration: ofTransaction(cancelRegistration),
  OneClickTokenCancel: ofTransaction(cancelRegistration),
  CancelAllPaymentRegistrations: ofStore(cancelAllRegistrations),
  OneClickTokenCancelAll: ofStore(cancelAllRegistrations),
  OneClickOptions: ofStore(oneClickOptions),
  Payout: ofThing<Found>({
    key: 'ReferenceTransactionId',
    find: transactionNamed,
    unknown: faults.unknownReference,
    run: payout,
  }),
  PaymentLinkCreate: ofStore(createLink),
  PaymentLinkDetails: ofOffer('link', 'PaymentLinkName', linkDetails),
  PaymentLinkCancel: ofOffer('link', 'PaymentLinkName', cancelLink),
  PayWallPaymentInit: ofStore(initWall),
  PayWallPaymentUpdate: ofOffer('wall', 'PaywallPaymentName', updateWall),
  PayWallPaymentDetails: ofOffer('wall', 'PaywallPaymentName', wallDetails),
  Settlement: ofStore(settlement),
  SettlementRefund: ofStore(settlementRefund),
  Invoice: ofTransaction(invoice),
};
