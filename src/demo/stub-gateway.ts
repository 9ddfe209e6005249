/** A gateway in a hundred lines, for the shop's tests: it checks the shop's signatures and signs its answers. */
import { createPublicKey, randomUUID, sign, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gatewayKey, merchantKey } from './vectors.ts';

export const clientId = 'testmart';

type Record_ = Record<string, unknown>;

export interface StubGateway {
  readonly url: string;
  readonly records: ReadonlyMap<string, Record_>;
  /** What the shop asked for, in order, as `PUT SALESESSION` or `GET`. */
  readonly asked: string[];
  /** Origin of the shop that hears the notices. */
  shopUrl: string;
  /** What happens to the next answer. `lost`: the command is carried out, and the line is cut. */
  next: 'answer' | 'lost' | 'forge' | 'timeout' | 'refuse';
  /** The payer's end of a session: changes the record and sends the notice; answers the shop's HTTP status. */
  end(reference: string, change: Record_): Promise<number>;
  /** Sends the notice for a record, with another signature or body if wanted. */
  notify(reference: string, signature?: string): Promise<number>;
  close(): Promise<void>;
}

const approval = {
  status: 'Approved',
  resp: 'APPROVED',
  respMsg: 'ok',
  card: 'VISA',
  pan: '444000xxxxxx0010',
  expDate: '0139',
  appCode: '402115',
};

export const approved = (amt: unknown): Record_ => ({
  ...approval,
  paidAmt: amt,
  cardToken: 'TK7Q2M9XK4ZB81LD',
  cardTokenSrc: 'SPIRAL',
});

const now = () => `${new Date().toISOString().slice(0, 19)}Z`;

const signed = (reference: string): Record<string, string> => {
  const date = now();
  return {
    'Content-Type': 'application/json',
    'Spiral-Request-Datetime': date,
    'Spiral-Server-Signature': sign('sha256', Buffer.from(clientId + reference + date), gatewayKey).toString('base64'),
  };
};

export const startStubGateway = async (): Promise<StubGateway> => {
  const merchantPublic = createPublicKey(merchantKey);
  const records = new Map<string, Record_>();

  const isSigned = (request: IncomingMessage, reference: string): boolean => {
    const date = request.headers['spiral-request-datetime'] as string;
    const signature = Buffer.from(request.headers['spiral-client-signature'] as string, 'base64');
    return verify('sha256', Buffer.from(clientId + reference + date), merchantPublic, signature);
  };

  const firstOf = (orderId: unknown) => [...records.values()].find((record) => record.orderId === orderId);

  const follow = (body: Record_): Record_ => {
    const family = firstOf(body.orderId)!;
    const member = body.cmd === 'CAPTURE' ? 'capturedAmt' : 'refundedAmt';
    const takenBefore = Number(family[member] ?? 0);
    const limit = body.cmd === 'CAPTURE' || family.txnType === 'SALE' ? family.amt : (family.capturedAmt ?? 0);
    if (takenBefore + Number(body.amt) > Number(limit)) {
      return { status: 'Declined', resp: body.cmd === 'CAPTURE' ? 'EXCEEDED_AUTH_AMOUNT' : 'EXCEEDED_REFUND_AMOUNT' };
    }
    family[member] = takenBefore + Number(body.amt);
    return { ...approval, paidAmt: body.amt };
  };

  const put = (reference: string, body: Record_): [number, Record_] => {
    if (stub.next === 'refuse') return [501, { status: 'NotValid', error: 'Operation not supported' }];
    if (records.has(reference)) return [400, { status: 'NotValid', error: 'Duplicate merchantRef' }];
    const cmd = String(body.cmd);
    const base = { ...body, orderId: body.orderId ?? randomUUID(), txnId: randomUUID(), paidAmt: 0 };
    const txnType = cmd.replace('SESSION', '');
    if (cmd.endsWith('SESSION')) {
      const sessionId = `MPGS${base.txnId.slice(0, 8)}${clientId}+${reference}`;
      records.set(reference, { ...base, txnType, sessionId, status: 'Unconfirmed' });
      return [200, { ...base, txnType, sessionId, status: 'Approved' }];
    }
    if (cmd !== 'SALE' && !firstOf(body.orderId)) return [404, { status: 'NotValid', error: 'Unknown order' }];
    records.set(reference, { ...base, txnType, ...(cmd === 'SALE' ? approved(body.amt) : follow(body)) });
    return [200, records.get(reference)!];
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const reference = decodeURIComponent(request.url!.split('/').at(-1)!);
    const body = text === '' ? {} : JSON.parse(text);
    stub.asked.push(request.method === 'GET' ? 'GET' : `PUT ${body.cmd}`);
    const mood = stub.next;
    let [status, record] = !isSigned(request, reference)
      ? [401, { status: 'NotValid', error: 'Invalid signature' }]
      : request.method === 'PUT'
        ? put(reference, body)
        : records.has(reference)
          ? [200, records.get(reference)!]
          : [404, { status: 'NotValid', error: 'Unknown transaction' }];
    stub.next = 'answer';
    if (mood === 'lost') return request.socket.destroy();
    if (mood === 'timeout') {
      records.set(reference, { ...records.get(reference), status: 'Unconfirmed', paidAmt: 0 });
      [status, record] = [504, { ...body, status: 'Timeout', error: 'Payment host timeout' }];
    }
    response.writeHead(status, mood === 'forge' ? signed(`${reference}x`) : signed(reference));
    response.end(JSON.stringify({ clientId, merchantRef: reference, ...record }));
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const stub: StubGateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    records,
    asked: [],
    next: 'answer',
    shopUrl: '',
    async end(reference, change) {
      Object.assign(records.get(reference)!, change);
      return stub.notify(reference);
    },
    async notify(reference, signature) {
      const record = records.get(reference)!;
      const headers = signed(reference);
      const { pathname } = new URL(String(record.webhookUrl));
      const response = await fetch(stub.shopUrl + pathname, {
        method: 'POST',
        headers: signature === undefined ? headers : { ...headers, 'Spiral-Server-Signature': signature },
        body: JSON.stringify(record),
      });
      return response.status;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return stub;
};
