/** Asks now and then how things stand, and leaves for where they are told when that is news. */
export const startWaiting = (place) => {
  const { poll, pollMs, state, received } = place.dataset;
  let timer;
  const ask = async () => {
    try {
      const response = await fetch(poll, { cache: 'no-store' });
      const answer = await response.json();
      const isNews = answer.state !== state || (answer.received ?? '') !== received;
      if (isNews && answer.next) return location.replace(answer.next);
    } catch {
      // The line may be down for a moment: ask again.
    }
    wait();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, Number(pollMs));
  };
  // Phones let no timer run while another app is open, and who comes back from paying wants to know at once.
  addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return;
    clearTimeout(timer);
    ask();
  });
  wait();
};
