/** A wallet of this world. `pushes`: its payers send what they like, and as often as they like, as bank transfers are. */
interface WalletTraits {
  readonly title: string;
  readonly pushes?: true;
  /** It decides on refunds later than it takes them. */
  readonly refundsLate?: true;
  /** What its payers are called by: a prefix, and the number of digits behind it. */
  readonly payer: readonly [prefix: string, digitCount: number];
}

const traits = {
  payme: { title: 'PayMe', payer: ['ff', 20] },
  fps: { title: 'FPS', payer: ['TEST PAYER ', 8], pushes: true, refundsLate: true },
  alipayhk: { title: 'AlipayHK', payer: ['2088', 12] },
  alipaycn: { title: 'Alipay (mainland)', payer: ['2088', 12] },
  alipay: { title: 'Alipay', payer: ['2088', 12] },
  wechat: { title: 'WeChat Pay', payer: ['oSandbox', 20], refundsLate: true },
  octopus: { title: 'Octopus', payer: ['8', 8], refundsLate: true },
} as const satisfies Record<string, WalletTraits>;

/** A page of a bank, a wallet or a seller of vouchers: this world has one by whatever name it is asked for. */
export type Site = `site:${string}`;

/** A bank account that was debited, by the end of its number. */
export type Debit = `debit:${'sepa' | 'ach' | 'check'}:${string}`;
export type Wallet = keyof typeof traits | Site | Debit;

export const apps = Object.keys(traits) as (keyof typeof traits)[];

/** How a site is named in a message. */
export const sitePattern = '^site:[a-z0-9_-]{1,32}$';

export const isSite = (wallet: string): wallet is Site => new RegExp(sitePattern).test(wallet);

export const isDebit = (wallet: Wallet): wallet is Debit => wallet.startsWith('debit:');

export const traitsOf = (wallet: Wallet): WalletTraits => {
  if (isDebit(wallet)) return { title: 'Bank account', payer: ['account ', 8] };
  return isSite(wallet) ? { title: wallet.slice('site:'.length).toUpperCase(), payer: ['payer', 8] } : traits[wallet];
};

/** Another payer for each running number of the book, so that two that are mixed up show. */
export const payerOf = (wallet: Wallet, number: number): string => {
  const [prefix, digitCount] = traitsOf(wallet).payer;
  return prefix + String(number).padStart(digitCount, '0');
};
