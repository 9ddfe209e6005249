import { batchList, batchShow } from './batches.ts';
import { paymentChargeback } from './chargebacks.ts';
import { clockAdvance } from './clock.ts';
import type { Command } from './command.ts';
import { credentialAdd, credentialRevoke, keyShow } from './credentials.ts';
import { linkList, linkShow } from './links.ts';
import { mandateAdd, mandateCancel, mandateChange, mandateList, mandateShow } from './mandates.ts';
import { merchantAdd, merchantList } from './merchants.ts';
import { migrate } from './migrate.ts';
import { noticeList, noticeReplay } from './notices.ts';
import { paymentShow, paymentUnasked } from './payments.ts';
import { shopList, shopRules, shopSet } from './shops.ts';
import { settlementImport } from './statements.ts';
import { terminalAdd, terminalDisable, terminalList } from './terminals.ts';

/** Every command that does its work and ends. `serve` and `work` run on; the program knows those two itself. */
export const commands: readonly Command[] = [
  migrate,
  merchantAdd,
  merchantList,
  credentialAdd,
  credentialRevoke,
  shopList,
  shopSet,
  shopRules,
  keyShow,
  paymentShow,
  paymentUnasked,
  paymentChargeback,
  linkList,
  linkShow,
  mandateAdd,
  mandateList,
  mandateShow,
  mandateChange,
  mandateCancel,
  settlementImport,
  terminalAdd,
  terminalDisable,
  terminalList,
  batchList,
  batchShow,
  noticeList,
  noticeReplay,
  clockAdvance,
];
