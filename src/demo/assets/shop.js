// Total while one picks, only what the picked till offers, plus and minus buttons, copy buttons. The form works without any of it.
const inputs = [...document.querySelectorAll('input[data-price]')];
const output = document.querySelector('#total');

const chosen = () => document.querySelector('input[name=till]:checked')?.dataset ?? { sign: 'HK$', rate: '1' };

const priceOf = (cents, { sign, rate }) =>
  `${sign}\u00a0${((cents * Number(rate)) / 100).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

const showTotal = () => {
  const cents = inputs.reduce((sum, input) => sum + Number(input.dataset.price) * Number(input.value || 0), 0);
  output.textContent = priceOf(cents, chosen());
  for (const input of inputs) {
    input.closest('.ware').querySelector('.price').textContent = priceOf(Number(input.dataset.price), chosen());
  }
  output.parentElement.hidden = false;
};

/** Hides what the picked till does not offer, and picks the first thing that it does instead. */
const showOffers = () => {
  const till = document.querySelector('input[name=till]:checked')?.value;
  if (!till) return;
  for (const part of document.querySelectorAll('[data-tills]')) {
    part.hidden = !part.dataset.tills.split(' ').includes(till);
    const input = part.querySelector('input:checked');
    if (part.hidden && input) document.querySelector(`input[name=${input.name}]`).checked = true;
  }
};

for (const input of document.querySelectorAll('input[name=till]')) {
  input.addEventListener('change', showTotal);
  input.addEventListener('change', showOffers);
}

for (const input of inputs) {
  input.addEventListener('input', showTotal);
  for (const button of input.parentElement.querySelectorAll('[data-add]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const count = Number(input.value || 0) + Number(button.dataset.add);
      input.value = String(Math.min(Number(input.max), Math.max(Number(input.min), count)));
      showTotal();
    });
  }
}
showTotal();
showOffers();

if (navigator.clipboard) {
  const said = document.querySelector('#copied');
  for (const button of document.querySelectorAll('[data-copy]')) {
    const label = button.firstChild;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      label.textContent = 'Copied';
      said.textContent = `Card number ${button.dataset.copy} copied`;
      setTimeout(() => {
        label.textContent = 'Copy';
        said.textContent = '';
      }, 2000);
    });
  }
}
