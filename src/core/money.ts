/** ISO 4217 currencies by the decimal places of their minor unit. Funds codes that payments know are included. */
const currencies = new Map(
  Object.entries({
    0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    2: `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
      CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
      IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN
      MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS
      SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
    3: 'BHD IQD JOD KWD LYD OMR TND',
    4: 'CLF UYW',
  }).flatMap(([places, codes]) => codes.split(/\s+/).map((code) => [code, Number(places)] as const)),
);

export const isCurrency = (code: string): boolean => currencies.has(code);

/** Decimal places of a currency's minor unit. Throws on a code that is none: a guess would be wrong by a factor of ten. */
export const exponentOf = (currency: string): number => {
  const places = currencies.get(currency);
  if (places === undefined) throw new Error(`${currency} is no ISO 4217 currency`);
  return places;
};

/** Enough for every number that JSON clients print; more is somebody's try to keep us busy. */
const textLengthMax = 100;

/** Steps in which `slack` is compared, so that the comparison is exact. */
const slackSteps = 1_000_000;

/**
 * Minor units from decimal text such as `100.5` or `1e2`; undefined where the text is no number or finer than the
 * currency. `slack` lets a client's float sum such as 0.30000000000000004 through: it is in minor units (0.001 is
 * 0.00001 of a currency with two decimals), at most 0.5, and what is not further than that from a whole one is that one.
 */
export const minorFromText = (text: string, currency: string, slack = 0): bigint | undefined => {
  const parts = text.length > textLengthMax ? null : /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (!parts) return undefined;
  const [, sign, whole, fraction = '', power = '0'] = parts as unknown as [string, string, string, string?, string?];
  const shift = exponentOf(currency) + Number(power) - fraction.length;
  const digits = BigInt(whole + fraction);
  const signed = (minor: bigint) => (sign ? -minor : minor);
  if (shift >= 0) return signed(digits * 10n ** BigInt(shift));
  const unit = 10n ** BigInt(-shift);
  const nearest = (digits + unit / 2n) / unit;
  const off = digits - nearest * unit;
  const isNear = (off < 0n ? -off : off) * BigInt(slackSteps) <= unit * BigInt(Math.round(slack * slackSteps));
  return isNear ? signed(nearest) : undefined;
};

/** Decimal text with all decimals of the currency: 26850n HKD → `268.50`. */
export const textFromMinor = (amountMinor: bigint, currency: string): string => {
  const places = exponentOf(currency);
  const sign = amountMinor < 0n ? '-' : '';
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(places + 1, '0');
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
};
