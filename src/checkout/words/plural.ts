/**
 * Chooses the form of a word that a count calls for. `forms` by the language's own plural categories (CLDR); `other` is
 * for those that the language does not use of whole numbers.
 */
export const pluralIn = (lang: string) => {
  const rules = new Intl.PluralRules(lang);
  return (count: number, forms: Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }): string =>
    forms[rules.select(count)] ?? forms.other;
};
