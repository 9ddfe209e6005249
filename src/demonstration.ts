import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { apis } from './apis/index.ts';
import type { demoShop } from './demo/index.ts';
import type { Installation } from './installation.ts';
import { Secret } from './kit/secret.ts';
import { sandboxRoute } from './routes.ts';

const clientId = 'demo';

const newKey = (): Secret => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
};

/** The demo merchant with its shop on Spiral, made at the first start, and what the demo shop needs to buy there. */
export const demoParts = async (
  { store, vault, settings, clock, log }: Installation,
  apiUrl: string,
): Promise<Parameters<typeof demoShop>[0]> => {
  const api = apis.find(({ name }) => name === 'spiral')!;
  const key = await vault.drawer.ensure('demo:spiral-key', newKey);
  const privateKey = createPrivateKey(key.reveal());
  const { administration, directory } = store;
  if (!(await directory.shop(api.name, clientId))) {
    const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) as string;
    const now = clock.now();
    const merchant = await administration.addMerchant('Lantern & Leaf', now);
    const { shopId } = await administration.ensureShop({
      merchantId: merchant.id,
      api: api.name,
      wireName: clientId,
      settings: api.settings({}),
      routes: [sandboxRoute],
      now,
    });
    await administration.addPublicKey(shopId, publicKey, now);
  }
  const gatewayPublicKey = createPublicKey(await api.publicKey!(vault.drawer));
  return { apiUrl, publicUrl: settings.publicUrl, spiral: { clientId, privateKey, gatewayPublicKey }, log };
};
