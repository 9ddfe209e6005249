import type { Wallet } from '../core/wallets.ts';

/** The wallets as they write themselves. */
const names: Readonly<Record<Wallet, string>> = {
  payme: 'PayMe',
  fps: 'FPS 轉數快',
  alipayhk: 'AlipayHK',
  alipaycn: 'Alipay',
  alipay: 'Alipay',
  wechat: 'WeChat Pay',
  octopus: 'Octopus 八達通',
};

/** What payers who read Chinese call them. */
const namesAtHome: Readonly<Record<string, Partial<Readonly<Record<Wallet, string>>>>> = {
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

/** A wallet's name as a payer of the language knows it. */
export const walletNameIn = (lang: string, wallet: Wallet): string => namesAtHome[lang]?.[wallet] ?? names[wallet];
