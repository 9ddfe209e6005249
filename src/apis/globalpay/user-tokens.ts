import type { View } from '../../core/model.ts';
import type { ApiParts } from '../../gateway/api.ts';
import type { OpenRequest } from '../../gateway/gateway.ts';
import type { Shop } from '../../gateway/ports.ts';
import { type Fault, faults } from './codes.ts';
import { type Memo, memoOf, writeMemo } from './memo.ts';
import { type Asked, readToken, type TokenAsked } from './read.ts';
import { linesOf } from './read-items.ts';
import { ruleFault, serviceNamed } from './service.ts';
import { settingsOf } from './settings.ts';
import { api } from './tokens.ts';
import { brandsOf, idFrom } from './values.ts';
import { tokenOf } from './write.ts';

/** A 3-D Secure form is good for so long, and a token takes so many cards (sections 7.2, 8.2). */
const redirectMs = 900_000;
const submitCountMax = 5;

/** What every payment of this API is opened with. */
export const openingOf = (
  shop: Shop,
  asked: Asked,
  memo: Omit<Memo, 'v' | 'items' | 'fields'>,
  { expiresAt, fiscal }: { readonly expiresAt: number; readonly fiscal: boolean },
): Omit<OpenRequest, 'claims' | 'requestHash'> => {
  const { international, defaultItem } = settingsOf(shop);
  const echo = {
    ...(asked.description !== null && { description: asked.description }),
    ...(asked.account !== null && { account: asked.account }),
    items: asked.items.map((item) => item.echo),
    fields: asked.fields,
  };
  return {
    kind: 'sale',
    amountMinor: asked.amountMinor,
    currency: asked.currency,
    reference: asked.externalId,
    noticeUrl: null,
    memo: writeMemo({ v: 1, ...memo, ...echo }),
    checkout: {
      successUrl: asked.successUrl,
      failureUrl: asked.failUrl,
      expiresAt,
      brands: brandsOf(international),
      wallet: null,
      keepsCard: false,
      customer: null,
      payerInfo: null,
      demandsChallenge: true,
      redirectMs,
      submitCountMax,
    },
    receipt: fiscal ? linesOf(asked.items, asked.amountMinor, defaultItem) : null,
  };
};

/** A name is unique in the whole installation, letter case included (section 6.1). */
const nameClaim = (name: string) => ({ scope: `${api}:name`, value: name, everywhere: true });

const opening = (parts: ApiParts, shop: Shop, asked: TokenAsked): OpenRequest => {
  const { name, lifespan } = asked;
  const expiresAt = parts.clock.now() + lifespan * 1_000;
  const request = openingOf(shop, asked, { made: 'token', name, lifespan }, { expiresAt, fiscal: parts.fiscal });
  return { ...request, requestHash: null, claims: [nameClaim(name)] };
};

/** `POST /v1/user-service-tokens` (section 6.1). */
export const createToken = async (
  parts: ApiParts,
  merchantId: number,
  body: Record<string, unknown>,
): Promise<object | Fault> => {
  const read = readToken(body);
  if ('faults' in read) return faults.invalid(read.faults);
  const asked = read.value;
  const shop = await serviceNamed(parts, merchantId, asked.serviceId);
  if (!shop) return faults.notFound('Service');
  const fault = ruleFault(shop, asked);
  if (fault) return fault;
  const result = await parts.gateway.open(shop, opening(parts, shop, asked));
  if (result.kind !== 'refused') return tokenOf(shop, result.view, parts.publicUrl);
  return result.refusal.reason === 'duplicate_reference' ? faults.nameNotUnique : faults.busy;
};

/** A payment of a merchant by its token, whoever's service it is; undefined for what is no token of theirs. */
export const tokenNamed = async (
  { gateway }: Pick<ApiParts, 'gateway'>,
  merchantId: number,
  token: string,
): Promise<{ readonly shop: Shop; readonly view: View } | undefined> => {
  const operationId = idFrom(token);
  const found = operationId && (await gateway.findOf(merchantId, { operationId }));
  if (!found || found.shop.api !== api || found.view.operations[0]!.id !== operationId) return undefined;
  return memoOf(found.view).made === 'token' ? found : undefined;
};

/** `DELETE /v1/user-service-tokens/{id}` and its alias (section 6.2). */
export const deactivateToken = async (parts: ApiParts, merchantId: number, token: string): Promise<object | Fault> => {
  const found = await tokenNamed(parts, merchantId, token);
  if (!found) return faults.notFound('User service token');
  const { view, refusal } = await parts.gateway.withdraw(found.shop, found.view.payment.id);
  if (refusal?.reason === 'in_progress') return faults.inProgress;
  if (refusal?.reason === 'invalid_state') return faults.tokenUsed;
  return refusal ? faults.busy : tokenOf(found.shop, view, parts.publicUrl);
};
