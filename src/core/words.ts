import type { Evidence } from './commands.ts';
import type { Attempt } from './model.ts';

/** What the acquirer said, as an attempt keeps it: later words fill gaps or correct, they never erase. */
export const wordsOf = (attempt: Attempt, evidence: Evidence) => ({
  acquirerReference: evidence.acquirerReference ?? attempt.acquirerReference,
  acquirerTime: evidence.acquirerTime ?? attempt.acquirerTime,
  responseCode: evidence.responseCode ?? attempt.responseCode,
  responseText: evidence.responseText ?? attempt.responseText,
  approvalCode: evidence.approvalCode ?? attempt.approvalCode,
  networkReference: evidence.networkReference ?? attempt.networkReference,
  payer: evidence.payer ?? attempt.payer,
});
