import type { Enrol } from './gateway/api.ts';
import type { Installation } from './installation.ts';
import { sandboxRoute } from './routes.ts';

/**
 * Makes a merchant that an API lets sign up, with a shop that takes nothing until an operator says so. The login comes first: its name
 * is unique, so that of two who want it one gets it, and what a crash leaves behind is a merchant without a shop.
 */
export const enrolment =
  ({ store, vault, settings, clock }: Installation): Enrol =>
  async ({ api, name, credential }) => {
    const { administration } = store;
    const { wireName, login, secrets, settings: switches } = credential;
    if (await store.directory.shopNamed(api, wireName)) return 'name_taken';
    const now = clock.now();
    const { id: merchantId } = await administration.addMerchant(name, now);
    if (login && !(await administration.addLogin({ merchantId, api, ...login, now }))) return 'login_taken';
    for (const [key, secret] of Object.entries(secrets)) await vault.drawer.put(key, secret);
    const routes = settings.sandbox ? [sandboxRoute] : [];
    const shop = { merchantId, api, wireName, settings: switches, routes, now, state: 'disabled' } as const;
    await administration.ensureShop(shop);
    return 'enrolled';
  };
