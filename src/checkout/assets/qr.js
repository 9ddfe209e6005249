import { countDown } from './countdown.js';

/** Shows the button that copies the code's text, and runs the page's clock. */
export const startQr = (qr) => {
  const text = qr.querySelector('#code-text');
  const button = qr.querySelector('#copy');
  text.addEventListener('focus', () => text.select());
  button.hidden = false;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      // Where the browser lets no page copy, the payer can: the text stands selected.
      return text.focus();
    }
    const { copied } = button.dataset;
    button.textContent = copied;
    qr.querySelector('#progress').textContent = copied;
  });
  countDown();
};
