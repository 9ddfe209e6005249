import type { Api } from '../../gateway/api.ts';
import { Answers } from './answers.ts';
import { credentialOptions, readCredential } from './credential.ts';
import { linkAddresses } from './link-address.ts';
import { linkSite } from './link-page.ts';
import { voice } from './notice.ts';
import { site } from './pages.ts';
import { routes } from './routes.ts';
import { completeSettings } from './settings.ts';
import { publicKey, signingKey } from './signing-key.ts';

/** Spiral Checkout, as its existing clients speak it. */
export const spiral: Api = {
  name: 'spiral',
  settings: completeSettings,
  credential: readCredential,
  credentialOptions,
  publicKey,
  async start(parts) {
    const key = await signingKey(parts.drawer);
    const addresses = await linkAddresses(parts.drawer, parts.publicUrl);
    const whole = { ...parts, addresses };
    return {
      routes: routes(whole, new Answers(key, parts)),
      voice: voice(key, addresses),
      sites: [site(whole)],
      linkSites: [linkSite(parts)],
    };
  },
};
