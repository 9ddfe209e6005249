import type { Links } from '../gateway/ports.ts';
import type { Sql } from '../kit/postgres.ts';
import { addLink } from './statements/add-link.ts';
import { amendLink } from './statements/amend-link.ts';
import { endLink } from './statements/end-link.ts';
import { findLink, findLinkByToken } from './statements/find-link.ts';
import { listLinks } from './statements/list-links.ts';

export const openLinks = (sql: Sql): Links => ({
  add: (link, tokenHash) => addLink(sql, link, tokenHash),
  find: ({ shop, reference }) => findLink(sql, shop, reference),
  findByToken: (tokenHash) => findLinkByToken(sql, tokenHash),
  end: (row, end, notice, now) => endLink(sql, row, end, notice, now),
  amend: (row, amountMinor, now) => amendLink(sql, row, amountMinor, now),
  list: (shopId, limit) => listLinks(sql, shopId, limit),
});
