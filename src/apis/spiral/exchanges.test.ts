import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Telling } from '../../core/change.ts';
import type { Evidence } from '../../core/commands.ts';
import type { CardFace } from '../../core/model.ts';
import { referenceClaim } from './read.ts';
import { isSignedBy } from './signature.ts';
import { gatewayPublicKey, startTestServer, type TestServer } from './testing/server.ts';
import { vector } from './testing/vector.ts';

/** One step of the story in vectors/exchanges.json; each goes on where the one before it ended. */
interface Step {
  readonly name: string;
  readonly at: string;
  /** The acquirer's next answers, until another step says otherwise. */
  readonly acquirer?: Evidence;
  readonly request?: { readonly method: string; readonly merchantRef: string; readonly body?: unknown };
  readonly status?: number;
  readonly answer?: unknown;
  /** In place of a request: something befalls the payment that this reference is about. */
  readonly event?: { readonly kind: 'pays' | 'cancels' | 'learns'; readonly merchantRef: string };
  /** Body of the notice that goes out because of this step; null where none does. */
  readonly notice?: unknown;
}

const steps = JSON.parse(vector('exchanges.json')) as readonly Step[];

const card: CardFace = { brand: 'visa', first6: '444000', last4: '0010', expiry: '2039-01' };

let server: TestServer;
before(async () => {
  server = await startTestServer();
  server.gateway.cards.set('TK7Q2M9XK4ZB81LD', card);
});
after(() => server.close());

const befalls = async ({ kind, merchantRef }: NonNullable<Step['event']>): Promise<void> => {
  const { gateway, shops } = server;
  const { view, command } = (await gateway.findByClaim(shops[0]!, referenceClaim(shops[0]!, merchantRef)))!;
  if (kind === 'pays') gateway.pays(view, card);
  else if (kind === 'cancels') gateway.payerCancels(view);
  else gateway.learns(view, view.operations.find((o) => o.id === command)!.ordinal);
};

const noticesOf = async (tellings: readonly Telling[]) => {
  const { shops, gateway, api } = server;
  const told = await Promise.all(tellings.map((telling) => api.voice.compose(shops[0]!, gateway.last!.next, telling)));
  return told.flatMap((texts) => texts ?? []);
};

for (const step of steps) {
  test(step.name, async () => {
    const { gateway, api } = server;
    server.now = Date.parse(step.at);
    gateway.last = undefined;
    if (step.acquirer) gateway.answer = step.acquirer;
    if (step.event) await befalls(step.event);
    if (step.request) {
      const { method, merchantRef, body } = step.request;
      const answer = await server.call(method, merchantRef, body);
      assert.equal(answer.body, JSON.stringify(step.answer));
      assert.equal(answer.status, step.status);
      const dateTime = answer.headers['spiral-request-datetime']!;
      assert.equal(dateTime, step.at);
      const signed = { clientId: 'testmart', merchantRef, dateTime };
      assert.ok(isSignedBy([gatewayPublicKey], signed, answer.headers['spiral-server-signature']!));
    }
    if (step.notice === undefined) return;
    const [notice] = await noticesOf((gateway.last as ModelDecision | undefined)?.tellings ?? []);
    assert.equal(notice?.body, step.notice === null ? undefined : JSON.stringify(step.notice));
    if (!notice) return;
    assert.equal(notice.url, 'https://shop.example/hooks/spiral');
    const headers = await api.voice.headers(server.shops[0]!, notice.body, server.now, { operationId: '', tries: 0 });
    const { merchantRef } = step.notice as { merchantRef: string };
    const signed = { clientId: 'testmart', merchantRef, dateTime: headers['Spiral-Request-Datetime']! };
    assert.ok(isSignedBy([gatewayPublicKey], signed, headers['Spiral-Server-Signature']!));
  });
}

type ModelDecision = NonNullable<TestServer['gateway']['last']>;
