import type { Uses } from './ports/limits.ts';
import type { Acquirer, Directory, FiscalOffice, NoticeVoice, Payments, Surroundings, Vault } from './ports.ts';

/** The rooms a gateway works with. */
export interface GatewayParts {
  readonly surroundings: Surroundings;
  readonly payments: Payments;
  readonly directory: Directory;
  readonly vault: Vault;
  /** Absent where no shop has limits. */
  readonly uses?: Uses;
  /** By name, as routes name them. */
  readonly acquirers: ReadonlyMap<string, Acquirer>;
  /** Null where no tax office is owed anything. */
  readonly office: FiscalOffice | null;
  /** By API. */
  readonly voices: ReadonlyMap<string, NoticeVoice>;
  /** How long an acquirer gets for one message, ms of real time. */
  readonly acquirerTimeoutMs: number;
  /** Called after a commit that cut notices, so that they leave at once. */
  readonly onNotice: () => void;
  /** Called when an operation came to its end; for metrics. */
  readonly onEnd: (end: { readonly api: string; readonly kind: string; readonly state: string }) => void;
}
