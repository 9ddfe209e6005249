import { startForm } from './form.js';
import { startOtp } from './otp.js';

const leave = document.querySelector('[data-leave]');
const challenge = document.querySelector('#challenge');
const checking = document.querySelector('[data-poll]');
const form = document.querySelector('#card');
const otp = document.querySelector('#otp');

// A page that the browser kept and shows again may be long out of date.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

if (leave) location.replace(leave.getAttribute('href'));

if (challenge) {
  // Who comes back from the bank by the back button stays here, with both buttons.
  const cameBack = performance.getEntriesByType('navigation')[0]?.type === 'back_forward';
  if (!cameBack) challenge.submit();
}

if (checking) {
  const { poll, pollMs } = checking.dataset;
  const ask = async () => {
    try {
      const answer = await fetch(poll, { cache: 'no-store' });
      const { state, next } = await answer.json();
      if (state !== 'checking' && next) return location.replace(next);
    } catch {
      // The line may be down for a moment: ask again.
    }
    setTimeout(ask, Number(pollMs));
  };
  setTimeout(ask, Number(pollMs));
}

if (form) startForm(form);
if (otp) startOtp(otp);
