import type { Api } from '../../gateway/api.ts';
import { credentialOptions, readCredential } from './credential.ts';
import { voice } from './notice.ts';
import { linkSites } from './offer-page.ts';
import { sites } from './pages.ts';
import { routes } from './routes.ts';
import { completeSettings } from './settings.ts';

/** BIG FISH Payment Gateway, as its existing clients speak it. */
export const bigfish: Api = {
  name: 'bigfish',
  settings: completeSettings,
  credential: readCredential,
  credentialOptions,
  mustAsk: true,
  start: async (parts) => ({
    routes: routes(parts),
    voice: voice(parts),
    sites: sites(parts),
    linkSites: linkSites(parts),
  }),
};
