// What the form knows of cards in the browser. The server asks the same again and decides; a test holds the two equal.
const brands = [
  ['uzcard', /^(8600|5614)/, [16], 0],
  ['humo', /^9860/, [16], 0],
  ['visa', /^(4|9010)/, [13, 16, 19], 3],
  ['mastercard', /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|9030)/, [16], 3],
  ['amex', /^3[47]/, [15], 4],
  ['diners', /^3(6|8|9|0[0-5])/, [14, 15, 16, 17, 18, 19], 3],
  ['jcb', /^35(2[89]|[3-8])/, [16, 17, 18, 19], 3],
  ['szep', /^(6101|6471|0510)/, [16], 3],
  ['unionpay', /^(62|81)/, [16, 17, 18, 19], 3],
  ['maestro', /^(50|5[6-8]|63|67|1111)/, [13, 14, 15, 16, 17, 18, 19], 3],
];

/** The brand of a number or of its start: its name, lengths and length of its security code. */
export const brandOf = (digits) => {
  const found = brands.find(([, starts]) => starts.test(digits));
  return found && { name: found[0], lengths: found[2], codeLength: found[3] };
};

export const isCardNumber = (digits) => {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]) * (i % 2 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0 && brandOf(digits)?.lengths.includes(digits.length) === true;
};

/** Digits in the groups in which they stand on the card. */
export const grouped = (digits) => {
  const name = brandOf(digits)?.name;
  const short = name === 'amex' || (name === 'diners' && digits.length <= 14);
  const shape = short ? /^(\d{1,4})(\d{1,6})?(\d+)?/ : /(\d{1,4})/g;
  const parts = short ? (shape.exec(digits) ?? []).slice(1) : (digits.match(shape) ?? []);
  return parts.filter(Boolean).join(' ');
};

/** `MM/YY` as it is being typed. A slash comes with the third digit, so that it never stands in the way of deleting. */
export const expiryTyped = (text) => {
  let digits = text.replace(/\D/g, '');
  if (/^[2-9]/.test(digits) || /^1\s*[/-]/.test(text)) digits = `0${digits}`;
  if (digits.length === 6 && digits.slice(2, 4) === '20') digits = digits.slice(0, 2) + digits.slice(4);
  return digits.length > 2 ? `${digits.slice(0, 2)}/${digits.slice(2, 4)}` : digits;
};

/**
 * What is wrong with an entry, or null: the names of src/checkout/card-form.ts. `taken`: brands of this page; `month`:
 * this month as `YYYY-MM`; `number`: the card number, whose brand says how long the code is.
 */
export const faultOf = (field, value, { taken, month, number }) => {
  const digits = value.replace(/\D/g, '');
  if (field === 'number') {
    if (digits === '') return 'number_missing';
    // Where no month is known some test numbers are taken that are none, which only the server can tell.
    if (!isCardNumber(digits)) return month === '' && brandOf(digits) ? null : 'number_wrong';
    return taken.includes(brandOf(digits).name) ? null : 'number_brand';
  }
  if (field === 'expiry') {
    if (value.trim() === '') return 'expiry_missing';
    const [, mm, yy] = /^(0[1-9]|1[0-2])\/(\d\d)$/.exec(expiryTyped(value)) ?? [];
    if (!mm) return 'expiry_wrong';
    return `20${yy}-${mm}` < month ? 'expiry_past' : null;
  }
  if (field === 'code') {
    const length =
      brandOf(number)?.codeLength ?? (brands.some(([name, , , n]) => n === 0 && taken.includes(name)) ? 0 : 3);
    return length === 0 || digits.length === length ? null : `code_${length}`;
  }
  return /^[\p{L}\p{M} .,'’·-]*$/u.test(value) ? null : 'holder_wrong';
};
