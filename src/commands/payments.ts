import { apis } from '../apis/index.ts';
import type { Attempt } from '../core/model.ts';
import { textFromMinor } from '../core/money.ts';
import type { Dossier } from '../gateway/ports.ts';
import { wireId } from '../kit/ids.ts';
import { type Command, instant, Mistake, need, table } from './command.ts';
import { limitOf, shopNamed } from './shop-named.ts';

const describe = ({ view, postings, notices, events, cases, askedAt }: Dossier): string[] => {
  const { payment, operations, attempts } = view;
  const money = (amountMinor: bigint) => `${textFromMinor(amountMinor, payment.currency)} ${payment.currency}`;
  const paidWith = ({ card, wallet, bankAccount }: Attempt) => {
    if (card) return `${card.brand} ${card.first6}…${card.last4}`;
    return bankAccount ? `${bankAccount.scheme} …${bankAccount.last4}` : wallet;
  };
  const parts: [string, string[]][] = [
    [
      'totals',
      table(
        ['authorized', 'captured', 'refunded', 'disputed', 'held to capture', 'held to refund'],
        [
          [
            payment.authorizedMinor,
            payment.capturedMinor,
            payment.refundedMinor,
            payment.disputedMinor,
            payment.authorizedHeldMinor,
            payment.capturedHeldMinor,
          ].map(money),
        ],
      ),
    ],
    [
      'operations',
      table(
        ['#', 'kind', 'state', 'amount', 'reference', 'reason', 'asked'],
        operations.map((o) => [
          o.ordinal,
          o.kind,
          o.state,
          money(o.amountMinor),
          o.reference,
          o.reason,
          instant(o.requestedAt),
        ]),
      ),
    ],
    [
      'attempts',
      table(
        ['#', 'acquirer', 'state', 'response', 'acquirer reference', 'paid with', 'due'],
        attempts.map((a) => [
          `${a.operation}.${a.ordinal}`,
          a.acquirer,
          a.state,
          a.responseCode,
          a.acquirerReference,
          paidWith(a),
          a.dueAt === null ? null : instant(a.dueAt),
        ]),
      ),
    ],
    [
      'postings',
      table(
        ['debit', 'credit', 'amount', 'at'],
        postings.map((p) => [p.debit, p.credit, money(p.amountMinor), instant(p.at)]),
      ),
    ],
    [
      'notices',
      table(
        ['#', 'state', 'tries', 'last answer', 'to'],
        notices.map((n) => [n.seq, n.state, n.tries, n.lastStatus ?? n.lastNote, n.url]),
      ),
    ],
    [
      'events',
      table(
        ['at', 'what', 'who', 'detail'],
        events.map((e) => [instant(e.at), e.name, e.actor, e.detail]),
      ),
    ],
    [
      'cases',
      table(
        ['kind', 'state', 'evidence'],
        cases.map((c) => [c.kind, c.state, c.evidence]),
      ),
    ],
  ];
  return [
    `payment ${payment.id} (on the wire ${wireId(payment.id)})`,
    `${payment.state}, ${money(payment.amountMinor)}, merchant ${payment.merchantId}, made ${instant(payment.createdAt)}`,
    ...(payment.overcapturePercent === 0
      ? []
      : [`can be captured for ${payment.overcapturePercent} % more than is authorized, if its acquirer takes so much`]),
    ...(askedAt === null ? [] : [`its merchant asked how it ended ${instant(askedAt)}`]),
    ...parts
      .filter(([, lines]) => lines.length > 1)
      .flatMap(([name, lines]) => ['', name, ...lines.map((line) => `  ${line}`)]),
  ];
};

const dayMs = 86_400_000;

export const paymentUnasked: Command = {
  words: 'payment unasked',
  usage: '<api> <shop> [--limit N]',
  says: 'Lists payments of the last 30 days that ended a day ago or more and whose merchant never asked how.',
  options: ['limit'],
  async run({ installation, parameters, options }) {
    const { store, clock } = installation;
    const shop = await shopNamed(installation, parameters);
    const mustAsk = apis.find(({ name }) => name === shop.api)?.mustAsk;
    if (!mustAsk) throw new Mistake(`merchants need not ask on ${shop.api}`);
    const now = clock.now();
    const which = { madeSince: now - 30 * dayMs, endedBefore: now - dayMs, limit: limitOf(options) };
    const rows = await store.administration.unasked(shop, which);
    const cells = rows.map(({ paymentId, state, finishedAt }) => [paymentId, state, instant(finishedAt)]);
    return { value: rows, lines: table(['payment', 'end', 'at'], cells) };
  },
};

export const paymentShow: Command = {
  words: 'payment show',
  usage: '<id or merchant reference>',
  says: 'Shows all that is on record about a payment; several, if several shops use the reference.',
  async run({ installation: { store }, parameters }) {
    const text = need(parameters[0], 'the id or reference');
    const found = await store.administration.search(text, 20);
    const dossiers = await Promise.all(
      found.map(({ merchantId, paymentId }) => store.administration.dossier(merchantId, paymentId)),
    );
    const known = dossiers.filter((dossier) => dossier !== undefined);
    if (known.length === 0) throw new Mistake(`no payment is known as ${text}`);
    return {
      value: known,
      lines: known.flatMap((dossier, index) => [...(index > 0 ? ['', ''] : []), ...describe(dossier)]),
    };
  },
};
