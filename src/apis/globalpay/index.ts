import type { Api } from '../../gateway/api.ts';
import { credentialOptions, readCredential } from './credential.ts';
import { voice } from './notice.ts';
import { sites } from './pages.ts';
import { routes } from './routes.ts';
import { completeSettings } from './settings.ts';

/** GLOBAL PAY CHECKOUT and Gate, as their existing clients speak them. */
export const globalpay: Api = {
  name: 'globalpay',
  settings: completeSettings,
  credential: readCredential,
  credentialOptions,
  start: async (parts) => ({ routes: routes(parts), voice: voice(parts), sites: sites(parts), linkSites: [] }),
};
