import type { Freed } from '../../core/claims.ts';
import type { Claim } from '../../core/model.ts';
import type { GateMove, Step } from '../../gateway/ports.ts';
import { sheet } from './sheet.ts';

/**
 * The guards: gate → known → free → claim → passed. Everybody locks gates first, then payments, then claims, each
 * in the order of their keys, so that two batches never wait for each other.
 *
 * All parts of a statement see one snapshot and run in no promised order: what one part did reaches another only
 * through RETURNING, and each guard is made to finish by a `count(*)` in the next. `cross join lateral (… for no key
 * update)` locks in the order of its left side; a plain `update … from` does not, even on sorted input, and deadlocks.
 */
const finished = (guard: string) => `(select count(*) from ${guard}) >= 0`;

/** Every step: `n` is its number in the batch, `read` the version it was decided on, then what it wants to pass. */
export const stepSheet = sheet<Step>({
  name: 'step',
  rows: (step) => [step],
  columns: {
    m: ['int', (step) => step.payment.merchantId],
    p: ['uuid', (step) => step.payment.id],
    read: ['int', (step) => step.read],
    gates: ['int', (step) => step.gates.length],
    claims: ['int', (step) => step.claims.length],
    command: ['uuid', (step) => step.command],
  },
  sql: (source) => `step as materialized (select * from ${source})`,
});

/** Gates that are open and still have the version that was read. */
export const gateSheet = sheet<GateMove>({
  name: 'gate',
  rows: (step) => step.gates,
  columns: {
    m: ['int', (_, __, step) => step.payment.merchantId],
    id: ['uuid', (gate) => gate.id],
    read: ['int', (gate) => gate.read],
  },
  sql: (source) => `gate as materialized (
  select i.* from (select * from ${source} order by m, id) i cross join lateral (
    select from tollgate.gates g where g.merchant_id = i.m and g.id = i.id and g.version = i.read
      and g.state = 'open'
    for no key update) held)`,
});

/** Payments that still have the version that was read. */
export const known = (gates: boolean): string => `known as materialized (
  select i.n from (select * from step where read > 0 order by m, p) i cross join lateral (
    select from tollgate.payments x where x.merchant_id = i.m and x.id = i.p and x.version = i.read
    for no key update) held
  where ${gates ? finished('gate') : 'true'})`;

/** Steps that nothing has overtaken. */
export const free = (gates: boolean, payments: boolean): string => `free as materialized (
  select s.* from step s${gates ? ' left join (select n, count(*) c from gate group by n) g using (n)' : ''}
  where ${payments ? `${finished('known')} and (s.read = 0 or s.n in (select n from known))` : 's.read = 0'}
    and s.gates = ${gates ? 'coalesce(g.c, 0)' : '0'})`;

/**
 * Takes claims, and lets go of them. A claim names its command, so repeating a command takes its own claim again, and what another
 * command has taken since is not let go of.
 */
export const claimSheet = sheet<Claim | Freed>({
  name: 'claim',
  rows: (step) => [...step.claims, ...step.freed],
  columns: {
    m: ['int', (claim, _, step) => (claim.everywhere ? 0 : step.payment.merchantId)],
    scope: ['text', (claim) => claim.scope],
    value: ['text', (claim) => claim.value],
    holder: ['uuid', (claim, _, step) => ('holder' in claim ? claim.holder : step.command)],
    held: ['int', (claim) => ('holder' in claim ? 0 : 1)],
  },
  sql: (source) => `claim as (
  insert into tollgate.claims as x (merchant_id, scope, value, payment_id, command, held)
  select t.m, t.scope, t.value, s.p, t.holder, t.held = 1
  from ${source} join free s using (n) order by t.m, t.scope, t.value
  on conflict (merchant_id, scope, value) do update
    set payment_id = excluded.payment_id, command = excluded.command, held = excluded.held
    where not x.held or x.command = excluded.command
  returning x.command, x.held)`,
});

/**
 * Steps that won all their claims. One that won some and lost others stops the statement: TG001. Won claims are counted
 * in a window over both lists, because the planner, who expects one row of each, would join them row by row.
 */
export const passed = (claims: boolean): string =>
  claims
    ? `passed as materialized (
  select m, p, read, gates, claims, command, n from (
    select f.*, count(*) over (partition by command) - 1 as won from (
      select m, p, read, gates, claims, command, n from free
      union all
      select null, null, null, null, null, command, null from claim where held) f) f
  where n is not null and case
    when won = claims then true
    when won = 0 then false
    else tollgate.torn_claim() = 0 end)`
    : 'passed as materialized (select * from free)';

export const gatesNext = `gates_next as (
  update tollgate.gates x set version = g.read + 1
  from gate g join passed s using (n) where x.merchant_id = g.m and x.id = g.id)`;

/** The steps that did not pass, and why. */
export const verdicts = `select n, case when n in (select n from free) then 'taken' else 'stale' end as verdict
from step where n not in (select n from passed)`;
