import type { Payment, View } from '../../core/model.ts';
import { isOperationFinal } from '../../core/states.ts';
import type { ApiParts } from '../../gateway/api.ts';
import { isId, wireId } from '../../kit/ids.ts';
import { attemptOf } from './answers.ts';
import { memoOf } from './memo.ts';
import type { Answer } from './write.ts';

/** Pages of ours that browsers are sent to: the issuer's or wallet's, and the way back to the shop. */
export const paths = { page: '/transaction/Redirect', back: '/transaction/Return' } as const;

type Place = Pick<ApiParts, 'publicUrl'>;

/** A payment's name in addresses: 32 hex digits, half of them unguessable. */
const nameOfId = (id: string): string => wireId(id).replaceAll('-', '');

/** Our id behind such a name; undefined for a text that never was one. */
export const idFrom = (text: string): string | undefined => {
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(text);
  const id = parts && wireId(parts.slice(1).join('-'));
  return id && isId(id) ? id : undefined;
};

/** Where the shopper goes on: self-contained, a plain GET is enough (section 7.2). */
export const pageOf = ({ publicUrl }: Place, { payment }: { readonly payment: Pick<Payment, 'id'> }): string =>
  `${publicUrl}${paths.page}/${nameOfId(payment.id)}`;

/** Where the issuer, or a site, sends the browser back to. */
export const returnTo = (place: Place, one: Parameters<typeof pageOf>[1]): string => `${pageOf(place, one)}/return`;

/** The page from which a browser goes back to the shop (section 7.5). */
export const backOf = ({ publicUrl }: Place, { payment }: View): string =>
  `${publicUrl}${paths.back}/${nameOfId(payment.id)}`;

/** `redirect` of an answer; undefined where the shopper has nothing to do (sections 7.2 and 7.3). */
export const redirectOf = (place: Place, view: View): Answer | undefined => {
  const challenge = attemptOf(view)?.challenge;
  const { state } = view.operations[0]!;
  const url = pageOf(place, view);
  // The page of a wallet or site waits with the shopper where the acquirer has not answered yet, and can ask it once more.
  if (view.checkout?.wallet && !isOperationFinal(state)) return { url, method: 'GET', parameters: [] };
  if (state !== 'challenged' || challenge?.kind !== 'redirect') return undefined;
  const asked = Object.values(challenge.fields)[0] ?? attemptOf(view)!.sentReference;
  return {
    url,
    method: 'POST',
    target: '_self',
    parameters: [
      { name: 'PaReq', value: asked },
      { name: 'MD', value: memoOf(view).number },
      { name: 'TermUrl', value: returnTo(place, view) },
    ],
  };
};
