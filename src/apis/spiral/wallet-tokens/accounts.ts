import type { NewCredential } from '../../../gateway/api.ts';
import { Secret } from '../../../kit/secret.ts';
import type { Settings } from '../settings.ts';
import { rootsFrom } from './google-roots.ts';
import { privateKeysFrom, secretName } from './keys.ts';

type Options = Readonly<Record<string, string>>;
type Account = Pick<NewCredential, 'secrets'> & { readonly settings: Partial<Settings> };

const none: Account = { settings: {}, secrets: {} };

/** All of these options, or undefined where none is given. Throws for the first that is missing beside another. */
const together = <Name extends string>(options: Options, ...names: Name[]): Record<Name, string> | undefined => {
  if (!names.some((name) => options[name])) return undefined;
  const missing = names.find((name) => !options[name]);
  if (missing) throw new Error(`${missing} is missing`);
  return options as Record<Name, string>;
};

const appleOptions = ['apple-pay-merchant', 'apple-pay-secret'] as const;
const googleOptions = ['google-pay-recipient', 'google-pay-roots', 'google-pay-secret'] as const;

/** Options of a credential by which a shop opens payloads. The secrets are private keys in PEM text. */
export const walletOptions: readonly string[] = [...appleOptions, ...googleOptions];

/** The keys are checked now, so that none is found to be damaged when somebody pays. */
const checked = (option: string, pem: string): Secret => {
  try {
    privateKeysFrom(pem);
  } catch (error) {
    throw new Error(`${option}: ${(error as Error).message}`);
  }
  return new Secret(pem);
};

const readApple = (wireName: string, options: Options): Account => {
  const given = together(options, ...appleOptions);
  if (!given) return none;
  return {
    settings: { applePayMerchant: given['apple-pay-merchant'] },
    secrets: { [secretName('APPLE_PAY', wireName)]: checked('apple-pay-secret', given['apple-pay-secret']) },
  };
};

const readGoogle = (wireName: string, options: Options): Account => {
  const given = together(options, ...googleOptions);
  if (!given) return none;
  const googlePayRoots = rootsFrom(given['google-pay-roots']);
  return {
    settings: { googlePayRecipient: given['google-pay-recipient'], googlePayRoots },
    secrets: { [secretName('GOOGLE_PAY', wireName)]: checked('google-pay-secret', given['google-pay-secret']) },
  };
};

/** Reads `walletOptions` for the shop of that name; each wallet's come together or not at all. */
export const readWalletAccounts = (wireName: string, options: Options): Pick<NewCredential, 'settings' | 'secrets'> => {
  const [apple, google] = [readApple(wireName, options), readGoogle(wireName, options)];
  return {
    settings: { ...apple.settings, ...google.settings },
    secrets: { ...apple.secrets, ...google.secrets },
  };
};
