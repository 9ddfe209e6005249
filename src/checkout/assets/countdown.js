export const clockText = (ms) => {
  const seconds = Math.ceil(ms / 1000);
  const two = (n) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
};

/** Calls `show` with what is left of `totalMs` until that is nothing. */
export const runDown = (totalMs, show) => {
  // The time left, not the time of day: the payer's own clock may be wrong.
  const endsAt = performance.now() + totalMs;
  const tick = () => {
    const leftMs = Math.max(0, endsAt - performance.now());
    show(leftMs);
    if (leftMs > 0) setTimeout(tick, 250);
  };
  tick();
};

/** Runs the page's clock, warns once before its end, and then asks the server how things stand. */
export const countDown = () => {
  const clock = document.querySelector('[data-left-ms]');
  if (!clock) return;
  const warning = document.querySelector('[data-warning]');
  runDown(Number(clock.dataset.leftMs), (leftMs) => {
    const late = leftMs <= Number(clock.dataset.warnMs);
    clock.textContent = clockText(leftMs);
    clock.parentElement.classList.toggle('urgent', late);
    if (late && leftMs > 0) warning.textContent ||= warning.dataset.warning;
    // A second late rather than early, or the page would come back and end at once for ever.
    if (leftMs === 0) setTimeout(() => location.replace(location.href), 1_000);
  });
};
