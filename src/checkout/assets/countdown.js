const twoMinutesMs = 120_000;

const clockText = (ms) => {
  const seconds = Math.ceil(ms / 1000);
  const two = (n) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
};

/** Runs the clock to the page's end, warns once before it, and then asks the server how things stand. */
export const countDown = () => {
  const clock = document.querySelector('[data-left-ms]');
  if (!clock) return;
  const warning = document.querySelector('[data-warning]');
  // The time left, not the time of day: the payer's own clock may be wrong.
  const endsAt = performance.now() + Number(clock.dataset.leftMs);
  const tick = () => {
    const leftMs = Math.max(0, endsAt - performance.now());
    clock.textContent = clockText(leftMs);
    clock.parentElement.classList.toggle('urgent', leftMs <= twoMinutesMs);
    if (leftMs <= twoMinutesMs && leftMs > 0) warning.textContent ||= warning.dataset.warning;
    if (leftMs > 0) setTimeout(tick, 250);
    // A second late rather than early, or the form would come back and end at once for ever.
    else setTimeout(() => location.replace(location.href), 1_000);
  };
  tick();
};
