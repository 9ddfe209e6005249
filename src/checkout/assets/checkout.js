import { startForm } from './form.js';
import { startOtp } from './otp.js';
import { startQr } from './qr.js';
import { startWaiting } from './waiting.js';

const leave = document.querySelector('[data-leave]');
const onward = document.querySelector('[data-onward]');
const challenge = document.querySelector('#challenge');
const waiting = document.querySelector('[data-poll]');
const form = document.querySelector('#card');
const otp = document.querySelector('#otp');
const qr = document.querySelector('#qr');

// A page that the browser kept and shows again may be long out of date.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

if (leave) location.replace(leave.getAttribute('href'));

// Who comes back from the bank by the back button stays here, with both buttons.
const cameBack = performance.getEntriesByType('navigation')[0]?.type === 'back_forward';

if (challenge && !cameBack) challenge.submit();

if (onward && !cameBack) location.assign(onward.getAttribute('href'));

if (form) startForm(form);
if (otp) startOtp(otp);
if (qr) startQr(qr);
if (waiting) startWaiting(waiting);
