import type { ApiParts } from '../../gateway/api.ts';
import type { Code } from './codes.ts';
import type { Fields } from './fields.ts';
import type { Bearer } from './tokens.ts';
import type { Answer } from './write.ts';

export const api = 'transaction-services';

/** How long a call waits for the acquirer before it answers that the outcome is open, ms. */
export const patienceMs = 25_000;

/** One REST call, read. */
export interface Call {
  readonly parts: ApiParts;
  readonly fields: Fields;
  /** Whom the token speaks for; absent where a path takes none. */
  readonly bearer: Bearer | undefined;
  /** The token as it came beside the body, proven or not. */
  readonly token: string | undefined;
  /** Text behind the path's name, decoded; empty where the path has none. */
  readonly id: string;
  readonly ip: string;
}

/** Why a call is refused. Several codes are told together (section 10.1). */
export interface Fault {
  readonly codes: readonly Code[];
  /** Members that the refusal has beside its result. */
  readonly with?: Answer;
}

export const fault = (...codes: readonly Code[]): Fault => ({ codes });

export const isFault = (value: object): value is Fault => Object.hasOwn(value, 'codes');

/** What a path does: an answer, or why there is none. */
export type Handler = (call: Call) => Promise<Answer | Fault>;
