import type { ApiParts } from '../../gateway/api.ts';
import type { Result } from '../../gateway/gateway.ts';
import type { Shop } from '../../gateway/ports.ts';
import type { TerminalTotals } from '../../gateway/terminals.ts';
import { echoOf } from './answers.ts';
import { membersOf } from './body.ts';
import { faultOf, faults, openFaultOf } from './codes.ts';
import { echoedTags } from './emv.ts';
import { JsonText, type Members } from './json.ts';
import type { Path } from './read.ts';
import { terminalMemoOf } from './softpos-memo.ts';
import { readTerminalMessage } from './softpos-read.ts';
import { settlementRecordOf, terminalRecordOf } from './softpos-record.ts';
import type { Outcome } from './transactions.ts';

/** The answer to what the gateway made of a message. One whose end is not known in time is taken back by the terminal. */
const outcomeOf = (shop: Shop, result: Result, members: Members): Outcome => {
  if (result.kind === 'refused') return { fault: faultOf(result.refusal.reason) };
  const { view, operation } = result;
  if (result.kind === 'open' && operation.kind !== 'reversal') {
    const attempt = view.attempts.findLast((a) => a.operation === operation.ordinal);
    return { fault: openFaultOf(operation, attempt) ?? faults.hostTimeout };
  }
  const tags = members.get('emvTags');
  const emvTags = tags && new JsonText(echoedTags(tags));
  return { record: terminalRecordOf(shop, view, operation, terminalMemoOf(operation)!, emvTags) };
};

const settle = async ({ terminals }: ApiParts, shop: Shop, request: TerminalTotals): Promise<Outcome> => {
  const settlement = await terminals.settle(shop, request);
  if (settlement === 'busy') return { fault: faults.busy };
  return settlement ? { record: settlementRecordOf(shop, settlement) } : { fault: faults.duplicateReference };
};

/** E5 and E6, by the members of a body that is one of theirs. */
export const speak = async (parts: ApiParts, shop: Shop, path: Path, members: Members): Promise<Outcome> => {
  const { terminals } = parts;
  const message = readTerminalMessage(members, path, shop);
  if ('http' in message) return { fault: message };
  if (message.kind === 'settle') return settle(parts, shop, message.request);
  const result =
    message.kind === 'charge'
      ? await terminals.charge(shop, message.request)
      : await terminals.undo(shop, message.request);
  return outcomeOf(shop, result, members);
};

/** E5 (section 18) and E6 (section 19), whichever word the path has: the command decides. `body` as for E1. */
export const terminalMessage = async (
  parts: ApiParts,
  shop: Shop,
  path: Path,
  body: Buffer | undefined,
): Promise<Outcome> => {
  const members = membersOf(body);
  if (!members) return { fault: faults.invalidJson };
  const outcome = await speak(parts, shop, path, members);
  return 'fault' in outcome ? { ...outcome, echo: echoOf(members) } : outcome;
};
