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

export type Wallet = keyof typeof traits;

export const wallets = Object.keys(traits) as Wallet[];

export const traitsOf = (wallet: Wallet): WalletTraits => traits[wallet];

/** Another payer for each running number of the book, so that two that are mixed up show. */
export const payerOf = (wallet: Wallet, number: number): string => {
  const [prefix, digitCount] = traits[wallet].payer;
  return prefix + String(number).padStart(digitCount, '0');
};
