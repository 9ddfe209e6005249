import type { Api } from '../gateway/api.ts';
import { bigfish } from './bigfish/index.ts';
import { globalpay } from './globalpay/index.ts';
import { spiral } from './spiral/index.ts';
import { transactionServices } from './transaction-services/index.ts';

/** The protocols this installation speaks. */
export const apis: readonly Api[] = [spiral, globalpay, bigfish, transactionServices];
