import type { ApiParts } from '../../gateway/api.ts';
import type { Statement } from '../../gateway/ports/statements.ts';
import type { Shop } from '../../gateway/ports.ts';
import { type Fault, faults } from './codes.ts';
import { isFault, reading } from './fields.ts';
import { isProvider } from './providers.ts';
import { providerOf } from './settings.ts';
import { amountText, timeFrom } from './values.ts';
import { commonDataOf, said } from './write.ts';

const itemsUsual = 100;
const itemsMax = 1_000;

const batchOf = ({ batch, provider, terminal, settledOn, notice, currency, items }: Statement) => {
  const sum = (of: 'amountMinor' | 'feeMinor') => items.reduce((total, item) => total + item[of], 0n);
  const [amount, fee] = [sum('amountMinor'), sum('feeMinor')];
  const net = amount - fee;
  return {
    SettlementBatchId: batch,
    ProviderName: provider,
    TerminalId: terminal,
    SettlementDate: settledOn,
    TransferNotice: notice,
    TransactionCurrency: currency,
    TransactionCount: String(items.length),
    Amount: amountText(amount, currency),
    Fee: amountText(fee, currency),
    NetAmount: net < 0n ? `-${amountText(-net, currency)}` : amountText(net, currency),
  };
};

const itemOf = async (
  { gateway }: Pick<ApiParts, 'gateway'>,
  shop: Shop,
  { batch, currency }: Statement,
  { paymentId, amountMinor, feeMinor }: Statement['items'][number],
) => {
  const view = await gateway.find(shop, paymentId);
  const common = view && commonDataOf(shop, view);
  return {
    TransactionId: common?.TransactionId ?? '',
    OrderId: common?.OrderId ?? '',
    ProviderTransactionId: common?.ProviderTransactionId ?? '',
    Anum: common?.Anum ?? '',
    Amount: amountText(amountMinor, currency),
    Fee: amountText(feeMinor, currency),
    Currency: currency,
    Created: common?.Created ?? '',
    SettlementBatchId: batch,
  };
};

/** Section 5.22: what the operator brought in of the acquirer's statements. Limit and Offset are of the items of all batches. */
const settlementOf =
  (kind: Statement['kind'], dateKey: 'SettlementDate' | 'RefundSettlementDate') =>
  async (parts: ApiParts, shop: Shop, body: Record<string, unknown>): Promise<object | Fault> => {
    const asked = reading(body, (fields) => {
      fields.need('ProviderName', dateKey);
      const provider = fields.text('ProviderName');
      const settledOn = fields.text(dateKey, 10);
      if (!/^\d{4}-\d{2}-\d{2}$/.test(settledOn) || timeFrom(settledOn) === undefined) fields.wrong(dateKey);
      const named = (key: string, name: string) => {
        const text = fields.text(key);
        return text === '' ? {} : { [name]: text };
      };
      const isSale = kind === 'sale';
      const batch = named(isSale ? 'SettlementBatchId' : 'RefundSettlementId', 'batch');
      const notice = isSale ? named('TransferNotice', 'notice') : {};
      const hasCurrency = isSale && fields.has('TransactionCurrency');
      const currency = hasCurrency ? { currency: fields.currency('TransactionCurrency', 'HUF') } : {};
      const numberIn = (key: string, usual: number) => {
        const text = fields.text(key);
        return /^\d{0,9}$/.test(text) ? (text === '' ? usual : Number(text)) : fields.wrong(key);
      };
      const query = { kind, provider, settledOn, ...named('TerminalId', 'terminal'), ...batch, ...notice, ...currency };
      const limit = Math.min(numberIn('Limit', itemsUsual), itemsMax);
      const window = { limit, offset: numberIn('Offset', 0) };
      return { query, window, batches: fields.flag('GetBatches', true), items: fields.flag('GetItems', true) };
    });
    if (isFault(asked)) return asked;
    const { query, window } = asked;
    if (!isProvider(query.provider)) return faults.unknownProvider(query.provider);
    if (!providerOf(shop, query.provider)) return faults.inactiveProvider(query.provider);
    const found = await parts.statements.find(shop.id, query);
    const rows = found.flatMap((statement) => statement.items.map((item) => ({ statement, item })));
    const shown = asked.items ? rows.slice(window.offset, window.offset + window.limit) : [];
    const Items = await Promise.all(shown.map(({ statement, item }) => itemOf(parts, shop, statement, item)));
    return { Data: { Batches: asked.batches ? found.map(batchOf) : [], Items }, ...said('SUCCESSFUL') };
  };

export const settlement = settlementOf('sale', 'SettlementDate');
export const settlementRefund = settlementOf('refund', 'RefundSettlementDate');
