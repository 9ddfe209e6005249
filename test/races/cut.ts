import type { Acquirer } from '../../src/gateway/ports.ts';
import { type Fault, type Piece, postgresFrames, startProxy } from '../proxy.ts';
import type { Premises } from './house.ts';

/** Where in a message a line breaks. */
export const cuts = {
  before: () => ({ cutAfter: 0 }),
  inside: ({ bytes }: Piece) => ({ cutAfter: Math.ceil(bytes.length / 2) }),
} as const satisfies Record<string, (piece: Piece) => Fault>;

/** A house whose line to PostgreSQL breaks once: at the message `n`, counted from when `arm` is called. */
export const behindCut = async (
  premises: Premises,
  acquirer: Acquirer,
  n: number,
  cut: (piece: Piece) => { readonly cutAfter: number },
) => {
  let start = Number.POSITIVE_INFINITY;
  let isCut = false;
  const line = await startProxy(premises.url, postgresFrames, (piece) => {
    if (piece.n !== start + n) return 'none';
    isCut = true;
    return cut(piece);
  });
  const house = premises.openHouse({ acquirer, url: line.url, connectionCount: 1 });
  return {
    house,
    arm: () => {
      start = line.count();
    },
    isCut: () => isCut,
    /** The driver takes its whole five seconds to let go of a connection that broke last: nothing waits for that. */
    leave: async () => {
      await house.acts.drain();
      void house.close();
    },
  };
};

/** Runs with 1, 2, … until a run answers that its cut never came; answers how many were cut. */
export const sweep = async (run: (n: number) => Promise<boolean>, atOnce: number): Promise<number> => {
  let next = 1;
  let uncut = Number.POSITIVE_INFINITY;
  const lane = async () => {
    while (next < uncut) {
      const n = next++;
      if (!(await run(n))) uncut = Math.min(uncut, n);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return uncut - 1;
};
