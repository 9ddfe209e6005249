/**
 * The endpoints that something is due to, found by skipping from one to the next on the index of what is due: as
 * many steps as there are endpoints, however many notices wait at one of them. A recursive part named `endpoint`.
 */
export const endpoints = `endpoint as (
  (select endpoint from tollgate.notices where state = 'due' order by endpoint limit 1)
  union all
  select (select n.endpoint from tollgate.notices n where n.state = 'due' and n.endpoint > e.endpoint
    order by n.endpoint limit 1)
  from endpoint e where e.endpoint is not null)`;
