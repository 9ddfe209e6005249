import { type App, isSite, siteNameOf, type Wallet } from '../core/wallets.ts';

/** The wallets as they write themselves. */
const names: Readonly<Record<App, string>> = {
  payme: 'PayMe',
  fps: 'FPS 轉數快',
  alipayhk: 'AlipayHK',
  alipaycn: 'Alipay',
  alipay: 'Alipay',
  wechat: 'WeChat Pay',
  octopus: 'Octopus 八達通',
};

/** What payers who read Chinese call them. */
const namesAtHome: Readonly<Record<string, Partial<Readonly<Record<App, string>>>>> = {
  'zh-Hant': {
    fps: '轉數快',
    alipayhk: '支付寶香港（AlipayHK）',
    alipaycn: '支付寶',
    alipay: '支付寶',
    wechat: '微信支付',
    octopus: '八達通',
  },
  'zh-Hans': {
    fps: '转数快（FPS）',
    alipayhk: '支付宝香港（AlipayHK）',
    alipaycn: '支付宝',
    alipay: '支付宝',
    wechat: '微信支付',
    octopus: '八达通',
  },
};

/** Sites that do not write themselves in capitals. */
const siteNames: Readonly<Record<string, string>> = {
  skrill: 'Skrill',
  neteller: 'Neteller',
  sofort: 'Sofort',
  ideal: 'iDEAL',
  giropay: 'giropay',
  trustly: 'Trustly',
  multibanco: 'Multibanco',
  paysafecard: 'paysafecard',
  neosurf: 'Neosurf',
  applepay: 'Apple Pay',
  googlepay: 'Google Pay',
};

/** A wallet's or site's name as a payer of the language knows it. */
export const walletNameIn = (lang: string, wallet: Wallet): string => {
  if (!isSite(wallet)) return namesAtHome[lang]?.[wallet] ?? names[wallet];
  const name = siteNameOf(wallet);
  return Object.hasOwn(siteNames, name) ? siteNames[name]! : name.toUpperCase();
};
