import type { Api } from '../../gateway/api.ts';
import { Answers } from './answers.ts';
import { readCredential } from './credential.ts';
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
  credentialOptions: ['client-id', 'public-key'],
  publicKey,
  async start(parts) {
    const key = await signingKey(parts.drawer);
    return { routes: routes(parts, new Answers(key, parts)), voice: voice(key), sites: [site(parts)] };
  },
};
