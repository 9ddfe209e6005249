import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amountIn } from '../amount.ts';
import { languages, wordsFor } from './choose.ts';
import { en } from './en.ts';
import { ru } from './ru.ts';
import { uz } from './uz.ts';

test('the merchant’s locale chooses the language, whatever the browser speaks', () => {
  const chosen = (locale: string) => wordsFor(locale, 'zh-CN', 'en').lang;
  for (const locale of ['zh_HK', 'zh_TW', 'zh-Hant', 'ZH_hk']) assert.equal(chosen(locale), 'zh-Hant', locale);
  for (const locale of ['zh_CN', 'zh', 'zh_SG']) assert.equal(chosen(locale), 'zh-Hans', locale);
  for (const locale of ['en_US', 'en', 'fr_FR', '', 'zhx']) assert.equal(chosen(locale), 'en', locale);
  for (const locale of ['uz', 'uz_UZ', 'uz-Latn']) assert.equal(chosen(locale), 'uz', locale);
  for (const locale of ['ru', 'ru_UZ', 'RU']) assert.equal(chosen(locale), 'ru', locale);
  assert.equal(wordsFor('fr', 'zh-CN', 'ru').lang, 'ru');
});

test('without a locale the browser’s languages count, in the order of their weight', () => {
  const chosen = (header: string | undefined) => wordsFor(null, header, 'en').lang;
  assert.equal(chosen('fr, zh-TW;q=0.8, en;q=0.9'), 'en');
  assert.equal(chosen('fr, zh-TW;q=0.9, en;q=0.8'), 'zh-Hant');
  assert.equal(chosen('zh-CN,zh;q=0.9'), 'zh-Hans');
  assert.equal(chosen('en;q=0, zh-CN;q=0.1'), 'zh-Hans');
  for (const header of [undefined, '', '*', ';;;,,', 'pl']) assert.equal(chosen(header), 'en');
  assert.equal(wordsFor(null, 'pl', 'ru').lang, 'ru');
  assert.equal(wordsFor(null, 'pl, uz;q=0.3', 'ru').lang, 'uz');
});

test('every language has its own text for everything', () => {
  const texts = (part: unknown): string[] =>
    typeof part === 'function'
      ? [part('X', '1', '2')]
      : typeof part === 'object' && part !== null
        ? Object.values(part).flatMap(texts)
        : [String(part)];
  const [english, ...others] = languages.map(texts);
  for (const other of others) {
    assert.equal(other.length, english!.length);
    assert.deepEqual(
      other.filter((text) => text.trim() === '' || english!.includes(text)),
      [],
    );
  }
});

test('amounts are exact and carry the currency’s code and decimals', () => {
  const shown = (minor: bigint, currency: string, lang = 'en') =>
    amountIn(lang, minor, currency).whole.replace(/\s/g, ' ');
  assert.equal(shown(26_850n, 'HKD'), 'HKD 268.50');
  assert.equal(shown(123_456_789n, 'USD', 'zh-Hans'), 'USD 1,234,567.89');
  assert.equal(shown(1_500n, 'JPY', 'zh-Hant'), 'JPY 1,500');
  assert.equal(shown(1n, 'KWD'), 'KWD 0.001');
  assert.equal(shown(900_719_925_474_099_301n, 'HKD'), 'HKD 9,007,199,254,740,993.01');
  const { currency, figure } = amountIn('en', 26_850n, 'HKD');
  assert.deepEqual([currency, figure], ['HKD', '268.50']);
});

test('sums are written as they are at home', () => {
  const shown = (lang: string) => amountIn(lang, 125_000_000n, 'UZS').whole.replace(/\s/g, ' ');
  assert.equal(shown('uz'), '1 250 000,00 soʻm');
  assert.equal(shown('ru'), '1 250 000,00 сум');
  assert.equal(shown('en'), 'UZS 1,250,000.00');
  assert.equal(shown('zh-Hans'), 'UZS 1,250,000.00');
});

test('counts take the form that the language has for them', () => {
  assert.deepEqual([1, 2, 5, 11, 21, 22].map(ru.minutes), [
    '1 минута',
    '2 минуты',
    '5 минут',
    '11 минут',
    '21 минута',
    '22 минуты',
  ]);
  assert.deepEqual(
    [1, 3, 42, 45].map((count) => /через (.*)\./.exec(ru.otp.tooSoon(count))![1]),
    ['1 секунду', '3 секунды', '42 секунды', '45 секунд'],
  );
  assert.match(ru.otp.wrong(1), /Осталась 1 попытка\.$/);
  assert.match(ru.otp.wrong(2), /Осталось 2 попытки\.$/);
  assert.match(ru.otp.malformed(6), /6 цифр\.$/);
  assert.equal(uz.minutes(5), '5 daqiqa');
  assert.match(en.otp.wrong(1), /1 try left\.$/);
  assert.match(en.otp.wrong(2), /2 tries left\.$/);
});
