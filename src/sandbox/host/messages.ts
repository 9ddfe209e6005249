import { type Static, Type } from 'typebox';
import { apps, sitePattern, type Wallet } from '../wallets.ts';

const reference = Type.String({ pattern: '^[\\x21-\\x7e]{1,64}$' });

/** Every message names its sender's account, a reference of its own and an amount in major units. */
const head = {
  account: Type.String({ pattern: '^[\\x21-\\x7e]{1,64}$' }),
  reference,
  amount: Type.String({ pattern: '^[0-9]{1,15}([.][0-9]{1,4})?$' }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
};

const closed = { additionalProperties: false };

/** `expiry` is `MMYY`. */
const card = Type.Object(
  {
    number: Type.String({ pattern: '^[0-9]{8,19}$' }),
    expiry: Type.String({ pattern: '^(0[1-9]|1[0-2])[0-9]{2}$' }),
    code: Type.Optional(Type.String({ pattern: '^[0-9]{3,4}$' })),
    holder: Type.Optional(Type.String({ maxLength: 200 })),
  },
  closed,
);

/**
 * What a terminal read of a card that was held to it. Of the number it shows first six and last four; the whole one is in
 * `track2`, or nowhere.
 */
const present = Type.Object(
  {
    terminal: Type.String({ pattern: '^[A-Za-z0-9]{1,8}$' }),
    batch: Type.String({ pattern: '^[0-9]{6}$' }),
    trace: Type.String({ pattern: '^[0-9]{6}$' }),
    entryMode: Type.String({ pattern: '^[\\x21-\\x7e]{1,3}$' }),
    card: Type.String({ pattern: '^[0-9]{6}x{6}[0-9]{4}$' }),
    expiry: Type.String({ pattern: '^(0[1-9]|1[0-2])[0-9]{2}$' }),
    track2: Type.Optional(Type.String({ maxLength: 64 })),
    pinBlock: Type.Optional(Type.String({ maxLength: 64 })),
    emv: Type.Optional(Type.String({ maxLength: 8_192 })),
  },
  closed,
);

/** `sale` and `payout` with a card that was held to a terminal. */
export const PresentMessage = Type.Object({ ...head, present }, closed);
export type PresentMessage = Static<typeof PresentMessage>;

/** `payout` for the card of an earlier sale or authorization. */
export const PayoutBackMessage = Type.Object({ ...head, original: reference }, closed);
export type PayoutBackMessage = Static<typeof PayoutBackMessage>;

/** What a merchant tells of somebody, by name. */
const told = Type.Record(Type.String({ pattern: '^[A-Za-z_]{1,32}$' }), Type.String({ minLength: 1, maxLength: 255 }));

/** `payout` for an account at a bank, or a wallet: what is told of it, by name. */
export const PayeeMessage = Type.Object(
  {
    ...head,
    payee: Type.Object(
      {
        kind: Type.Union([Type.Literal('account'), Type.Literal('wallet')]),
        told,
      },
      closed,
    ),
  },
  closed,
);
export type PayeeMessage = Static<typeof PayeeMessage>;

/** `debit` takes money from a bank account. */
export const DebitMessage = Type.Object(
  {
    ...head,
    initiator: Type.Union([Type.Literal('payer'), Type.Literal('merchant')]),
    description: Type.Union([Type.String({ maxLength: 1_000 }), Type.Null()]),
    debit: Type.Object(
      { scheme: Type.Union([Type.Literal('sepa'), Type.Literal('ach'), Type.Literal('check')]), told },
      closed,
    ),
  },
  closed,
);
export type DebitMessage = Static<typeof DebitMessage>;

/** `payout`: money for a card. */
export const PayoutMessage = Type.Object({ ...head, card }, closed);
export type PayoutMessage = Static<typeof PayoutMessage>;

/** `sale`, `authorize` and `verify`. With a `returnUrl` the payer's browser can be sent to a challenge and comes back there. */
export const ChargeMessage = Type.Object(
  {
    ...head,
    card,
    initiator: Type.Union([Type.Literal('payer'), Type.Literal('merchant')]),
    returnUrl: Type.Union([Type.String({ pattern: '^https?://', maxLength: 2_000 }), Type.Null()]),
    description: Type.Union([Type.String({ maxLength: 1_000 }), Type.Null()]),
    /** The issuer's form is wanted wherever there is one. */
    demandsChallenge: Type.Optional(Type.Boolean()),
    /** Nothing is approved without it. */
    requiresChallenge: Type.Optional(Type.Boolean()),
    /** Of a stored card: the network's name for the payment that stored it. */
    network: Type.Optional(Type.String({ maxLength: 64 })),
    /** What the merchant tells of payer and order, JSON text. An issuer may look at it; this one does not. */
    payer: Type.Optional(Type.String({ maxLength: 65_536 })),
  },
  closed,
);
export type ChargeMessage = Static<typeof ChargeMessage>;

/** `wallet` asks for the code that a payer scans, or for the address of a site. */
export const WalletMessage = Type.Object(
  {
    ...head,
    wallet: Type.Union([...apps.map((app) => Type.Literal(app)), Type.String({ pattern: sitePattern })]),
    description: Type.Union([Type.String({ maxLength: 1_000 }), Type.Null()]),
    /** Of a site: where the payer's browser goes back to, and what the merchant tells of the payer. */
    returnUrl: Type.Optional(Type.String({ pattern: '^https?://', maxLength: 2_000 })),
    told: Type.Optional(told),
  },
  closed,
);
export type WalletMessage = Omit<Static<typeof WalletMessage>, 'wallet'> & { readonly wallet: Wallet };

/** `resume`, after a challenge: the reference is that of the message that asked for it. `otp`: the code that was typed. */
export const ResumeMessage = Type.Object({ ...head, card, otp: Type.Optional(Type.String({ maxLength: 16 })) }, closed);
export type ResumeMessage = Static<typeof ResumeMessage>;

/** `capture`, `refund`, `release`, `void` and `reverse` name the message that they are about. */
export const FollowMessage = Type.Object({ ...head, original: reference }, closed);
export type FollowMessage = Static<typeof FollowMessage>;

/** `card` asks what the issuer tells of a card; nothing is booked. */
export const CardMessage = Type.Object({ account: head.account, currency: head.currency, card }, closed);

/** `inquire` asks what became of a reference, `resend` for another text with a code; `close` ends an order by wallet. */
export const InquireMessage = Type.Object(head, closed);
export type InquireMessage = Static<typeof InquireMessage>;
