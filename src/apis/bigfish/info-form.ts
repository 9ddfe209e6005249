import type { LinkTyped, PayerField } from '../../gateway/api.ts';
import type { Fields } from './fields.ts';

export const infoForms = ['product', 'service'] as const;
export type InfoForm = (typeof infoForms)[number];

type Info = Readonly<Record<string, unknown>>;

const who: readonly PayerField[] = ['given-name', 'family-name', 'email', 'tel'];
const where: readonly PayerField[] = ['postal-code', 'address-level2', 'address-line1'];

/** What the page of a link asks its buyer for (section 5.17): of a service who it is for, of a product also where it goes to. */
export const asksOf = (form: InfoForm | undefined): readonly PayerField[] => {
  if (form === undefined) return [];
  return form === 'product' ? [...who, ...where] : who;
};

/** Keys of Info by what was typed, with the lengths to which its clients cut (section 7.1). */
const customerKeys = {
  'given-name': ['FirstName', 45],
  'family-name': ['LastName', 45],
  email: ['Email', 254],
  tel: ['MobilePhone', 18],
} as const;
const shippingKeys = {
  'given-name': ['FirstName', 45],
  'family-name': ['LastName', 45],
  email: ['Email', 254],
  tel: ['Phone', 18],
  'postal-code': ['PostalCode', 16],
  'address-level2': ['City', 50],
  'address-line1': ['Line1', 50],
} as const;

export const isEmail = (text: string): boolean =>
  text.length <= 254 && /^[^\s@,;:<>"]+@[^\s@,;:<>"]+\.[^\s@,;:<>"]+$/.test(text);

/** An address for e-mail; the field must be there. */
export const readEmail = (fields: Fields, key: string): string => {
  const text = fields.text(key, 254);
  return isEmail(text) ? text : fields.wrong(key);
};

const objectIn = (info: Info, key: string): Info =>
  typeof info[key] === 'object' && info[key] !== null ? (info[key] as Info) : {};

/** A link's Info with what its buyer typed; `wrong` where something that is asked for is missing, or is no address. */
export const infoTyped = (
  form: InfoForm | undefined,
  { payer }: Pick<LinkTyped, 'amount' | 'payer'>,
  info: Info | undefined,
): Info | undefined | 'wrong' => {
  if (form === undefined) return info;
  const texts = new Map(asksOf(form).map((name) => [name, (payer[name] ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim()]));
  const isWhole = [...texts].every(([name, text]) => text !== '' || name === 'tel');
  if (!isWhole || !isEmail(texts.get('email')!) || ![...texts.values()].every((text) => text.isWellFormed())) {
    return 'wrong';
  }
  const typed = (keys: Readonly<Partial<Record<PayerField, readonly [string, number]>>>): Info =>
    Object.fromEntries(
      [...texts].flatMap(([name, text]) => {
        const key = keys[name];
        return key && text !== '' ? [[key[0], text.slice(0, key[1])]] : [];
      }),
    );
  const customer = objectIn(info ?? {}, 'Customer');
  const order = objectIn(info ?? {}, 'Order');
  return {
    ...info,
    Customer: { ...customer, General: { ...objectIn(customer, 'General'), ...typed(customerKeys) } },
    ...(form === 'product' && {
      Order: { ...order, ShippingData: { ...objectIn(order, 'ShippingData'), ...typed(shippingKeys) } },
    }),
  };
};
