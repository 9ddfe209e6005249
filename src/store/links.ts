import type { Links } from '../gateway/ports.ts';
import type { Sql } from '../kit/postgres.ts';
import { addLinks } from './statements/add-links.ts';
import { amendLink } from './statements/amend-link.ts';
import { endLink } from './statements/end-link.ts';
import { findLink, findLinkByNumber, findLinkByToken, findLinks } from './statements/find-link.ts';
import { listLinks } from './statements/list-links.ts';
import { newLinkNumbers } from './statements/new-link-numbers.ts';
import { renewLink } from './statements/renew-link.ts';
import { tellOfLink } from './statements/tell-of-link.ts';

export const openLinks = (sql: Sql): Links => ({
  add: (links) => addLinks(sql, links),
  newNumbers: (count) => newLinkNumbers(sql, count),
  tell: (link, notice, now) => tellOfLink(sql, link, notice, now),
  find: ({ shop, reference }) => findLink(sql, shop, reference),
  findAll: (shop, references) => findLinks(sql, shop, references),
  findByToken: (tokenHash) => findLinkByToken(sql, tokenHash),
  end: (row, end, notice, now) => endLink(sql, row, end, notice, now),
  amend: (row, amountMinor, now) => amendLink(sql, row, amountMinor, now),
  renew: (row, renewal, now) => renewLink(sql, row, renewal, now),
  findByNumber: (number) => findLinkByNumber(sql, number),
  list: (shopId, limit, like, skip) => listLinks(sql, shopId, limit, like, skip),
});
