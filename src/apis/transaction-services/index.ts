import type { Api } from '../../gateway/api.ts';
import { api } from './call.ts';
import { credentialOptions, readCredential } from './credential.ts';
import { hostedRoutes } from './hosted-routes.ts';
import { linkSites } from './invoice-page.ts';
import { mandateVoice } from './mandates.ts';
import { voice } from './notice.ts';
import { redirectSite } from './pages.ts';
import { routes } from './routes.ts';
import { isInitial } from './series.ts';
import { completeSettings } from './settings.ts';

/** The transactionServices REST v1 API of a white-label gateway, as its existing clients speak it. */
export const transactionServices: Api = {
  name: api,
  settings: completeSettings,
  credential: readCredential,
  credentialOptions,
  beginsMandate: (view) => isInitial(view) && view.operations[0]!.cardToken !== null,
  start: async (parts) => ({
    routes: async (app) => {
      await app.register(routes(parts));
      await app.register(hostedRoutes(parts));
    },
    voice: voice(parts.drawer),
    mandates: mandateVoice(parts),
    sites: [redirectSite(parts)],
    linkSites: linkSites(parts),
  }),
};
