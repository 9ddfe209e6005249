// Takes the payer on by the gateway's library, as a merchant's page would. Without it the link does the same.
/* global SpiralPG */
const link = document.querySelector('#pay');
const { session, locale } = link.dataset;

const pay = () => {
  if (session && typeof SpiralPG === 'object') SpiralPG.redirectToPay(session, { locale });
  else location.assign(link.href);
};

link.addEventListener('click', (event) => {
  event.preventDefault();
  pay();
});

// Who comes here by the back button wants to stay.
if (performance.getEntriesByType('navigation')[0]?.type !== 'back_forward') pay();
