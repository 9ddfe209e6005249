import type { View } from '../../core/model.ts';
import { isOperationFinal } from '../../core/states.ts';
import { unrefunded } from '../../core/totals.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { FollowRequest, Result } from '../../gateway/gateway.ts';
import type { Shop } from '../../gateway/ports.ts';
import { type Found, patienceMs, shopOf, throughProvider } from './call.ts';
import { commitStateOf, type Fault, faults, isClosing } from './codes.ts';
import { Fields, isFault, reading } from './fields.ts';
import { memoOf } from './memo.ts';
import { openingOf } from './opening.ts';
import { providerFault, readInit } from './read.ts';
import { forgetVoided, referenceOf } from './registrations.ts';
import { abilitiesOf, providerOf } from './settings.ts';
import { nameOfId } from './values.ts';
import { newResponseId, said } from './write.ts';

/** Section 5.1. */
export const init = async (parts: ApiParts, shop: Shop, body: Record<string, unknown>): Promise<object | Fault> => {
  const asked = reading(body, (fields) => readInit(fields, shop, parts.clock.now()));
  if (isFault(asked)) return asked;
  const fault = providerFault(shop, asked);
  if (fault) return fault;
  let originPaymentId: string | null = null;
  if (asked.reference !== null) {
    const { userId, providerName: provider } = asked;
    const registered = await referenceOf(parts, shop, asked.reference, { types: ['CIT', 'OLD'], userId, provider });
    if (isFault(registered)) return registered;
    originPaymentId = registered.view.payment.id;
  }
  const through = throughProvider(shop, providerOf(shop, asked.providerName)!);
  const result = await parts.gateway.open(through, openingOf(parts, shop, asked, {}, originPaymentId));
  if (result.kind === 'refused') return faults.broken;
  return { TransactionId: nameOfId(result.view.payment.id), ...said('SUCCESSFUL', asked.language) };
};

type Asked = Pick<FollowRequest, 'kind' | 'amountMinor' | 'isLast'>;

const follow = (parts: ApiParts, found: Found, { kind, amountMinor, isLast = false }: Asked): Promise<Result> =>
  parts.gateway.follow(shopOf(found), found.view.payment.id, {
    kind,
    amountMinor,
    isLast,
    reference: null,
    requestHash: null,
    noticeUrl: null,
    memo: null,
    claims: [],
    recordsRefusal: false,
    refusal: null,
    patienceMs,
  });

/** What a call answers about an operation that it asked for. `refused`: what another one that was quicker leaves to say. */
const answered = (result: Result, view: View, refused: Fault): object | Fault => {
  if (result.kind === 'refused') return result.refusal.reason === 'busy' ? faults.broken : refused;
  const { state } = result.operation;
  const status = !isOperationFinal(state) ? 'PENDING' : state === 'approved' ? 'SUCCESSFUL' : 'ERROR';
  return { TransactionId: nameOfId(view.payment.id), ...said(status, memoOf(view).language) };
};

/** Section 5.4. */
export const close = async (parts: ApiParts, found: Found, body: Record<string, unknown>): Promise<object | Fault> => {
  const { shop, view } = found;
  const { authorizedMinor, currency } = view.payment;
  const asked = reading(body, (fields) => ({
    isApproved: fields.flag('Approved', true),
    amountMinor: fields.flag('Approved', true) ? (fields.amount('ApprovedAmount', currency) ?? 0n) : 0n,
  }));
  if (isFault(asked)) return asked;
  const wrongStatus = faults.wrongStatus(nameOfId(view.payment.id));
  if (commitStateOf(view) !== 'PENDING' || isClosing(view)) return wrongStatus;
  const amountMinor = asked.amountMinor || authorizedMinor;
  const isPart = amountMinor < authorizedMinor;
  const canPart = abilitiesOf(shop, memoOf(view).provider).partialCapture;
  if (amountMinor > authorizedMinor || (isPart && !canPart)) return faults.wrong('ApprovedAmount');
  const wanted: Asked = asked.isApproved
    ? { kind: 'capture', amountMinor, isLast: true }
    : { kind: 'release', amountMinor: authorizedMinor };
  return answered(await follow(parts, found, wanted), view, wrongStatus);
};

/** SZÉP cards of one bank can be refunded at once and in full, which its name for it is `storno` (sections 7.2, 8.2). */
const voids: ReadonlySet<string> = new Set(['MKBSZEP', 'RawMBHSZEP']);

/** Section 5.5. */
export const refund = async (parts: ApiParts, found: Found, body: Record<string, unknown>): Promise<object | Fault> => {
  const { shop, view } = found;
  const { capturedMinor, currency } = view.payment;
  const asked = reading(body, (fields) => {
    fields.need('Amount');
    const amountMinor = fields.amount('Amount', currency)!;
    return { amountMinor, isImmediate: new Fields(fields.object('Extra') ?? {}).says('storno') };
  });
  if (isFault(asked)) return asked;
  const { provider } = memoOf(view);
  const { refund: able } = abilitiesOf(shop, provider);
  const isImmediate = asked.isImmediate;
  const cannot = able === 'none' && !(isImmediate && voids.has(provider));
  if (capturedMinor === 0n || cannot) return faults.wrongStatus(nameOfId(view.payment.id));
  const { amountMinor } = asked;
  const isPart = amountMinor < capturedMinor;
  const isTooMuch = amountMinor <= 0n || amountMinor > unrefunded(view.payment);
  if (isTooMuch || (isPart && (able !== 'partial' || isImmediate))) return faults.wrong('Amount');
  const result = await follow(parts, found, { kind: 'refund', amountMinor });
  if (result.kind === 'done') await forgetVoided(parts, { shop, view: result.view });
  const answer = answered(result, view, faults.wrong('Amount'));
  return isFault(answer) ? answer : { ...answer, ResponseId: newResponseId() };
};

/** Section 5.6. What may be moving money is not cancelled: its end will be known. */
export const cancel = async (parts: ApiParts, { shop, view }: Found): Promise<object | Fault> => {
  const { id } = view.payment;
  if (isOperationFinal(view.operations[0]!.state)) return faults.wrongStatus(nameOfId(id));
  const withdrawn = await parts.gateway.withdraw(shop, id, 'cancelled');
  const isAtBank = withdrawn.refusal?.reason === 'in_progress' && withdrawn.view.operations[0]!.state === 'challenged';
  const ended = isAtBank ? await parts.gateway.cancel(shop, id) : withdrawn;
  if (ended.refusal?.reason === 'busy') return faults.broken;
  const isDone = !ended.refusal && ended.view.operations[0]!.state === 'cancelled';
  return isDone
    ? { TransactionId: nameOfId(id), ...said('SUCCESSFUL', memoOf(view).language) }
    : faults.wrongStatus(nameOfId(id));
};
