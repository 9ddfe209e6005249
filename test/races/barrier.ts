/**
 * Holds the first `count` callers until all of them are there and lets them go in one turn of the event loop, the one
 * named `first` before the others. Later callers pass.
 */
export const barrier = (count: number, first: string) => {
  const held: { name: string; go: () => void }[] = [];
  let isOpen = false;
  return (name: string): Promise<void> => {
    if (isOpen) return Promise.resolve();
    return new Promise((go) => {
      held.push({ name, go });
      if (held.length < count) return;
      isOpen = true;
      held.sort((a, b) => Number(b.name === first) - Number(a.name === first));
      for (const one of held) one.go();
    });
  };
};
