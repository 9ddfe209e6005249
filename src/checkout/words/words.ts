import type { Fault } from '../card-form.ts';
import type { Outcome } from '../scene.ts';

/** A heading and what it means for the payer. */
export interface Notice {
  readonly title: string;
  readonly text: string;
}

/** All that the pages say. A language is a file of this shape; one that lacks a word does not build. */
export interface Words {
  /** BCP 47: the `lang` of the page and the way figures are written. */
  readonly lang: string;
  readonly securePayment: string;
  readonly testMode: string;
  readonly payTo: (merchant: string) => string;
  readonly order: string;
  readonly reference: string;
  readonly cardDetails: string;
  readonly acceptedCards: string;
  readonly number: string;
  readonly expiry: string;
  readonly expiryHint: string;
  readonly code: string;
  readonly codeHint3: string;
  readonly codeHint4: string;
  readonly codeHintEither: string;
  readonly holder: string;
  readonly optional: string;
  readonly pay: (amount: string) => string;
  readonly paying: string;
  readonly cancel: string;
  readonly timeLeft: string;
  readonly minutes: (count: number) => string;
  readonly twoMinutesLeft: string;
  readonly error: string;
  readonly errorSummary: string;
  readonly faults: Readonly<Record<Exclude<Fault, 'number_brand'>, string>> & {
    readonly number_brand: (brands: string) => string;
  };
  /** Nothing was tried, or nothing left the house: the payer may try again. */
  readonly notSent: string;
  readonly busy: string;
  readonly cardNotUsable: string;
  readonly challenge: Notice & { readonly go: string };
  readonly checking: Notice & { readonly keepOpen: string };
  readonly outcomes: Readonly<Record<Outcome, Notice>>;
  readonly paidWith: (brand: string, last4: string) => string;
  readonly leaving: (merchant: string) => string;
  readonly leave: (merchant: string) => string;
  readonly mayClose: string;
  readonly notFound: Notice;
  readonly tooMany: Notice;
  readonly unreadable: Notice;
  readonly failed: Notice;
  readonly backToPage: string;
  readonly privacy: (merchant: string) => string;
}
