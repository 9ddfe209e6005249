import { clockText, countDown, runDown } from './countdown.js';
import { digitsOf, rewrite, showSending } from './typing.js';

/** Until another code may be asked for its button only says when. */
const holdBack = (resend) => {
  const button = resend.querySelector('button');
  const { wait, waitMs } = resend.dataset;
  const ready = button.textContent;
  runDown(Number(waitMs), (leftMs) => {
    if (leftMs > 0) button.setAttribute('aria-disabled', 'true');
    else button.removeAttribute('aria-disabled');
    button.textContent = leftMs > 0 ? wait.replace('#', clockText(leftMs)) : ready;
  });
  resend.addEventListener('submit', (event) => {
    if (button.hasAttribute('aria-disabled')) event.preventDefault();
    else button.setAttribute('aria-disabled', 'true');
  });
};

/** Makes the field for the code help while it is filled in, and send only once. */
export const startOtp = (form) => {
  const code = form.elements.namedItem('code');
  const fault = document.querySelector('#code-fault');
  const resend = document.querySelector('#resend');
  const digitCount = code.maxLength;
  // A code that is pasted with a gap in it would lose its end to the browser's own limit.
  code.removeAttribute('maxlength');
  form.noValidate = true;

  const showFault = (text) => {
    fault.textContent = text;
    if (text) code.setAttribute('aria-invalid', 'true');
    else code.removeAttribute('aria-invalid');
  };

  code.addEventListener('input', (event) => {
    if (event.isComposing) return;
    rewrite(code, (text) => digitsOf(text).slice(0, digitCount));
    if (code.value.length === digitCount) showFault('');
  });

  let sent = false;
  form.addEventListener('submit', (event) => {
    if (sent) return event.preventDefault();
    if (digitsOf(code.value).length !== digitCount) {
      event.preventDefault();
      showFault(form.dataset.malformed);
      if (!document.title.startsWith(form.dataset.error)) document.title = `${form.dataset.error}: ${document.title}`;
      return code.focus();
    }
    sent = true;
    showFault('');
    showSending(form);
  });

  // By then the browser has read the form.
  addEventListener('pagehide', () => {
    code.value = '';
  });
  // Some browsers fill a form that is come back to with what they noted before that.
  if (performance.getEntriesByType('navigation')[0]?.type !== 'navigate') code.value = '';
  if (resend) holdBack(resend);
  countDown();
};
