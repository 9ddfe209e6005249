/** Names by which the same field is known, beside its own (section 2.5, J2 to J4). */
const aliases: Readonly<Record<string, string>> = {
  'card.cardholder': 'card.holder',
  'bankAccount.transactionDueDate': 'transactionDueDate',
  'bankAccount.mandate': 'mandate',
  AuthToken: 'authToken',
};

/** The name by which a field is kept. */
export const ownName = (name: string): string => {
  const trimmed = name.trim();
  const named = trimmed.startsWith('billingAddress.') ? trimmed.replace('billingAddress.', 'billing.') : trimmed;
  return Object.hasOwn(aliases, named) ? aliases[named]! : named;
};

/** A part of a payment that is split among members. */
export type Split = Readonly<Record<string, string>>;

/**
 * What a request says, whatever its encoding: texts by dotted names, trimmed; an empty one is an absent one. NUL, which no
 * PostgreSQL text can hold, and halves of characters are not told apart from U+FFFD.
 */
export class Fields {
  readonly #values: ReadonlyMap<string, string>;
  /** Each is given back to the shop (section 7.5). */
  readonly customParameters: readonly string[];
  readonly marketplace: readonly Split[];
  readonly #lists: Readonly<Record<string, readonly Split[]>>;

  constructor(
    values: ReadonlyMap<string, string>,
    customParameters: readonly string[] = [],
    marketplace: readonly Split[] = [],
    lists: Readonly<Record<string, readonly Split[]>> = {},
  ) {
    this.#values = values;
    this.customParameters = customParameters;
    this.marketplace = marketplace;
    this.#lists = lists;
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** The lists that JSON alone can hold: lines of an invoice, and whom it is split among. */
  list(name: 'product' | 'customerDetail'): readonly Split[] {
    return this.#lists[name] ?? [];
  }

  entries(): Iterable<readonly [string, string]> {
    return this.#values;
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  /** The same with another value in the place of one. */
  with(name: string, value: string): Fields {
    return new Fields(new Map(this.#values).set(name, value), this.customParameters, this.marketplace, this.#lists);
  }
}

/** A text as it is kept: trimmed, and fit for the database. */
export const cleaned = (text: string): string => text.trim().toWellFormed().replaceAll('\0', '\ufffd');
