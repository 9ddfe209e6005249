/** What a gateway process of one release is made of. Loaded under another name it is another release. */
export { withAgreedTime } from '../gateway/agreed-time.ts';
export { createGateway } from '../gateway/create.ts';
export { createLinks } from '../gateway/links.ts';
export { createTerminals } from '../gateway/terminals.ts';
export { withWitness } from '../gateway/witness.ts';
export { createWorkers } from '../gateway/workers.ts';
export { deliverNotices } from '../notices/index.ts';
