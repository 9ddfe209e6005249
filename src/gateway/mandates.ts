import { afterTry, dueWork, type Mandate, type TryEnd } from '../core/mandates.ts';
import { isAccount, type StoredAccount, type StoredCard, type View } from '../core/model.ts';
import { isOperationFinal } from '../core/states.ts';
import type { OpenGateway } from './create.ts';
import type { OpenRequest, PageResult } from './gateway.ts';
import { type MandateRow, type Mandates, tryClaim } from './ports/mandates.ts';
import type { Agenda, Shop } from './ports.ts';

/** One charge of a mandate. */
export interface MandateCharge {
  readonly mandate: Mandate;
  readonly period: number;
  /** Counted from 1 within the period. */
  readonly attempt: number;
}

/** How an API charges what its merchants' payers agreed to: as its own calls would. */
export interface MandateVoice {
  /** The shop as the series is charged at it: its routes may be fewer. */
  through(shop: Shop, first: View): Shop;
  /** How the charge's payment is opened, with the API's own claims. */
  request(shop: Shop, first: View, charge: MandateCharge): OpenRequest;
  /** The card or account of the series; undefined once it was forgotten. */
  instrument(shop: Shop, first: View): Promise<Charged | undefined>;
}

/** What a mandate charges, and whose it is. */
export interface Charged {
  readonly stored: StoredCard | StoredAccount;
  readonly owner: number;
}

export interface MandateWorker {
  /** Looks once after the mandates that are due. Answers how many there were. */
  tick(): Promise<number>;
}

const leaseMs = 60_000;
const patienceMs = 20_000;
const limit = 16;

const endOf = ({ operations }: View): TryEnd => {
  const { state, reason } = operations[0]!;
  if (state === 'approved') return { kind: 'approved' };
  return isOperationFinal(state) ? { kind: 'declined', reason: reason ?? 'declined' } : { kind: 'open' };
};

/**
 * Charges what payers have agreed to, when it is due. A charge is a payment like any other; its claim names the mandate, the period
 * and the try, so that two workers, a restart or a clock that was set back find it there and charge no second time. The next try begins
 * only once the one before has ended by evidence.
 */
export const createMandates = (
  { gateway, parts }: Pick<OpenGateway, 'gateway' | 'parts'>,
  mandates: Mandates,
  agenda: Pick<Agenda, 'leaseMandates'>,
  voices: ReadonlyMap<string, MandateVoice>,
): MandateWorker => {
  const { surroundings, directory, payments } = parts;
  const { clock, realClock, log } = surroundings;

  /** Opens the payment of a try, unless the mandate was changed or ended since it was read. */
  const begin = async (
    shop: Shop,
    voice: MandateVoice,
    first: View,
    charge: MandateCharge,
    gateVersion: number,
  ): Promise<View | TryEnd> => {
    const claim = tryClaim(charge.mandate.id, charge.period, charge.attempt);
    const request = voice.request(shop, first, charge);
    const opened = await gateway.open(voice.through(shop, first), {
      ...request,
      claims: [...request.claims, claim],
      gate: { id: charge.mandate.id, read: gateVersion },
    });
    if (opened.kind !== 'refused') return opened.view;
    const { reason } = opened.refusal;
    // Another worker came first, if it is the claim; else the API's own reference is taken, and stays so.
    if (reason === 'duplicate_reference') {
      return (await gateway.findByClaim(shop, claim))?.view ?? { kind: 'declined', reason };
    }
    return reason === 'busy' ? { kind: 'open' } : { kind: 'declined', reason };
  };

  const charge = async (shop: Shop, opened: View, { stored, owner }: Charged): Promise<PageResult> => {
    const page = { patienceMs, initiator: 'merchant' } as const;
    return isAccount(stored)
      ? gateway.debit(shop, opened, { stored, owner }, page)
      : gateway.perform(shop, opened, { stored, owner, code: null }, { ...page, returnUrl: null });
  };

  /** Has the card or account charged, if that has not begun. */
  const pay = async (shop: Shop, voice: MandateVoice, first: View, opened: View): Promise<TryEnd> => {
    if (opened.operations[0]!.state !== 'waiting') return endOf(opened);
    const charged = await voice.instrument(shop, first);
    const came = charged
      ? await charge(voice.through(shop, first), opened, charged)
      : { view: opened, refusal: { reason: 'invalid_token' } as const };
    if (!came.refusal) return endOf(came.view);
    const { reason } = came.refusal;
    if (reason === 'busy' || reason === 'in_progress') return { kind: 'open' };
    const { view } = await gateway.withdraw(shop, opened.payment.id);
    const end = endOf(view);
    // Nothing had left: why is told by what refused it.
    return end.kind === 'declined' && view.attempts.length === 0 ? { kind: 'declined', reason } : end;
  };

  /**
   * What became of the try that a mandate stands at comes before everything else: while it is not known, neither the next try nor the
   * next period begins, however late it is.
   */
  const lookAfter = async (row: MandateRow): Promise<void> => {
    const { mandate, standing, gateVersion } = row;
    const { merchantId, originPaymentId } = mandate;
    const known = await directory.shopById(mandate.shopId);
    const claim = tryClaim(mandate.id, standing.period, standing.attempt);
    const held = known && (await gateway.findByClaim(known, claim))?.view;
    const isBegun = held !== undefined && held.operations[0]!.state !== 'waiting';
    const goOn = async (end: TryEnd): Promise<void> => {
      await mandates.progress(row, afterTry(mandate, standing, end, clock.now()), clock.now());
    };
    if (isBegun) return goOn(endOf(held));
    const work = dueWork(mandate, standing, clock.now());
    if (work !== 'charge') {
      // Its card was never charged, and must not be now.
      const left = held && known && (await gateway.withdraw(known, held.payment.id));
      if (left?.refusal) return goOn({ kind: 'open' });
      await mandates.progress(row, work, clock.now());
      return;
    }
    const shop = known && (await directory.shop(known.api, known.wireName));
    const voice = shop && voices.get(shop.api);
    const first = await payments.find(merchantId, originPaymentId);
    // Of a shop that was switched off nothing is charged, and nothing is lost: it goes on where it stands, or misses its periods.
    if (!shop || !voice || !first) return goOn({ kind: 'open' });
    const charge = { mandate, period: standing.period, attempt: standing.attempt };
    const opened = held ?? (await begin(shop, voice, first, charge, gateVersion));
    await goOn('kind' in opened ? opened : await pay(shop, voice, first, opened));
  };

  return {
    async tick() {
      const realNow = realClock.now();
      const lease = { dueBefore: clock.now(), realNow, leaseUntil: realNow + leaseMs, limit };
      const due = await agenda.leaseMandates(lease);
      await Promise.all(
        due.map((row) =>
          lookAfter(row).catch((error) =>
            log.error({ mandateId: row.mandate.id, error: error.name }, 'a mandate was not charged'),
          ),
        ),
      );
      return due.length;
    },
  };
};
