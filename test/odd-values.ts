import fc from 'fast-check';

// What may stand in a field that is none of ours to choose.

/** A card number, which no answer repeats. */
export const number = '4440000009900010';

const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

/** JSON texts of values that no field, or another one, expects. */
export const oddTexts: readonly string[] = [
  ...['null', 'true', 'false', '[]', '{}', '[null]', '""', '" "', '"null"', '"__proto__"', '"constructor"'],
  ...['0', '-0', '-1', '1e2', '1E+2', '1e-2', '0.1e1', '1e308', '1e400', '1e-400', '1.234', '100.50', '5e-324'],
  ...['9007199254740993', '9999999999.99', '9999999999.995', `1${'0'.repeat(300)}`, `0.${'0'.repeat(300)}1`],
  ...['"268.5"', '"1e2"', '"0"', '"NaN"', '"Infinity"', '"365"', '365', '366', '1.0'],
  ...[
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ud83d\\ude00"',
    '"\\u202e"',
    '"\u2028"',
    '"a\\u0000b"',
    '"\\ufeff"',
  ],
  ...['"HKD"', '"hkd"', '"CNY"', '"VM"', '"vm"', '"FPS"', '"PAYME"', '"AMEX"', '"SALE"', '"REFUND"', '"VOID"', '"WEB"'],
  ...['"SPIRAL"', '"APPLE_PAY"', '"GOOGLE_PAY"', '"TKSIM00000000001"', '"TKSIM00000000051"', '"tksim"'],
  ...[
    '"http://127.0.0.1:9/"',
    '"HTTP://127.0.0.1:9/\\u00e9?\\ud83d\\ude00"',
    '"http://"',
    '"http:///x"',
    '"http://[::1"',
  ],
  ...['"about:blank"', '"javascript:alert(1)"', '"https://a b"', '"https://\\ud800"', '"http://127.0.0.1:99999/"'],
  ...[
    '"00000000-0000-0000-0000-000000000000"',
    '"------------------------------------"',
    '"ffffffff-ffff-8fff-bfff-ffffffffffff"',
  ],
  ...['"2026-01-01T00:00:00Z"', '"9999-12-31T23:59:59Z"', '"0000-01-01T00:00:00Z"', '"2026-02-30T00:00:00Z"'],
  ...[`"${number}"`, number, '"4440 0000 0990 0010"', '"4440-0000-0990-0010"', '"\\u0034440000009900010"'],
  ...[`{"pan":${number},"${number}":["${number}"]}`, `[${number}]`, `-${number}`, `${number}.0`, `${number}e0`],
  ...[128, 129, 513, 2_049, 4_097, 20_000].map((length) => JSON.stringify('x'.repeat(length))),
  ...[64, 5_000, 15_000].flatMap((depth) => [
    nested('[', ']', depth),
    `${'{"a":'.repeat(depth / 2)}1${'}'.repeat(depth / 2)}`,
  ]),
];

/** What is no JSON at all. */
export const broken: readonly string[] = [
  'NaN',
  'undefined',
  '01',
  '.5',
  '1.',
  '+1',
  "'x'",
  '"\t"',
  '"\\x"',
  '"',
  '[',
  '1,',
  '',
];

export const oddText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...oddTexts) },
  { weight: 1, arbitrary: fc.constantFrom(...broken) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }).map((text) => JSON.stringify(text)) },
  { weight: 2, arbitrary: fc.json({ maxDepth: 4, noUnicodeString: false }) },
  { weight: 1, arbitrary: fc.double().map(String) },
);

/** A change to a body: a member left out, replaced, or there twice with the odd value first or last. */
export const change = fc.record({
  which: fc.nat(),
  how: fc.constantFrom('left out', 'replaced', 'twice, odd first', 'twice, odd last'),
  text: oddText,
});

export type Change = typeof change extends fc.Arbitrary<infer Made> ? Made : never;

/** JSON text of a body with these changes; `known` are names that it may be given. */
export const bodyText = (body: object, changes: readonly Change[], known: readonly string[]): string => {
  let members: (readonly [string, string])[] = Object.entries(body).map(([name, value]) => [
    name,
    JSON.stringify(value),
  ]);
  for (const { which, how, text } of changes) {
    // Half of the changes meet a member that the body has.
    const own = Object.keys(body);
    const pick = which % 2 ? known : own;
    const name = pick[Math.floor(which / 2) % pick.length]!;
    const others = members.filter(([other]) => other !== name);
    const old = members.filter(([other]) => other === name);
    const odd = [[name, text]] as const;
    if (how === 'left out') members = others;
    else if (how === 'replaced') members = [...others, ...odd];
    else members = how === 'twice, odd first' ? [...odd, ...members] : [...others, ...old, ...odd];
  }
  return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
};
