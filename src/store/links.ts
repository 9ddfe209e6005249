import type { Links } from '../gateway/ports.ts';
import type { Sql } from '../kit/postgres.ts';
import { addLink } from './statements/add-link.ts';
import { amendLink } from './statements/amend-link.ts';
import { endLink } from './statements/end-link.ts';
import { findLink, findLinkByNumber, findLinkByToken } from './statements/find-link.ts';
import { listLinks } from './statements/list-links.ts';
import { newLinkNumber } from './statements/new-link-number.ts';
import { renewLink } from './statements/renew-link.ts';
import { tellOfLink } from './statements/tell-of-link.ts';

export const openLinks = (sql: Sql): Links => ({
  add: (link, tokenHash, notices, number) => addLink(sql, link, tokenHash, notices ?? [], number),
  newNumber: () => newLinkNumber(sql),
  tell: (link, notice, now) => tellOfLink(sql, link, notice, now),
  find: ({ shop, reference }) => findLink(sql, shop, reference),
  findByToken: (tokenHash) => findLinkByToken(sql, tokenHash),
  end: (row, end, notice, now) => endLink(sql, row, end, notice, now),
  amend: (row, amountMinor, now) => amendLink(sql, row, amountMinor, now),
  renew: (row, renewal, now) => renewLink(sql, row, renewal, now),
  findByNumber: (number) => findLinkByNumber(sql, number),
  list: (shopId, limit, like, skip) => listLinks(sql, shopId, limit, like, skip),
});
