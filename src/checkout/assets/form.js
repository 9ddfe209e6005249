import { brandOf, expiryTyped, faultOf, grouped } from './card.js';
import { countDown } from './countdown.js';
import { digitsOf, rewrite, showSending } from './typing.js';

/** Makes the card form help while it is filled in, and send only once. */
export const startForm = (form) => {
  const fields = ['number', 'expiry', 'code', 'holder'].map((name) => form.elements.namedItem(name)).filter(Boolean);
  const [number, expiry] = fields;
  const code = form.elements.namedItem('code');
  const { faults, codeHints, brands, month, error } = form.dataset;
  const texts = JSON.parse(faults);
  const hints = JSON.parse(codeHints);
  const summary = document.querySelector('#summary');

  const faultIn = (input) =>
    faultOf(input.name, input.value.normalize('NFKC'), {
      taken: brands.split(' '),
      month,
      number: digitsOf(number.value),
    });

  const showFault = (input) => {
    const fault = faultIn(input);
    document.querySelector(`#${input.name}-fault`).textContent = fault ? texts[fault] : '';
    if (fault) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    return fault;
  };

  const showBrand = () => {
    const brand = brandOf(digitsOf(number.value));
    for (const mark of form.querySelectorAll('.brands [data-brand]')) {
      mark.classList.toggle('other', brand !== undefined && mark.dataset.brand !== brand.name);
    }
    if (code) {
      code.maxLength = brand?.codeLength || 4;
      document.querySelector('#code-hint').textContent = hints[brand?.codeLength] ?? hints.either;
      const lacksCode = brand?.codeLength === 0;
      code.closest('.field').hidden = lacksCode;
      if (lacksCode) code.value = '';
    }
  };

  const shapes = {
    number: (text) => grouped(digitsOf(text).slice(0, 19)),
    expiry: (text) => expiryTyped(text.normalize('NFKC')),
    code: (text) => digitsOf(text).slice(0, code.maxLength),
  };

  // A message that appears between press and release would move the button away from under the finger.
  let pressing = false;
  addEventListener('pointerdown', () => {
    pressing = true;
  });
  for (const end of ['pointerup', 'pointercancel']) {
    addEventListener(end, () => {
      pressing = false;
    });
  }

  form.noValidate = true;
  for (const input of fields) {
    const shape = shapes[input.name];
    input.addEventListener('input', (event) => {
      if (event.isComposing) return;
      if (shape) rewrite(input, shape);
      if (input === number) showBrand();
      // While somebody types, an error may go but none appears.
      if (input.hasAttribute('aria-invalid') && !faultIn(input)) showFault(input);
    });
    input.addEventListener('change', () => {
      const show = () => {
        if (input.value !== '') showFault(input);
        if (input === number && code?.value) showFault(code);
      };
      if (pressing) addEventListener('pointerup', () => setTimeout(show), { once: true });
      else show();
    });
  }

  const summarise = (wrong) => {
    const lines = wrong.map(([input, fault]) => {
      const link = document.createElement('a');
      link.href = `#${input.id}`;
      link.textContent = texts[fault];
      const line = document.createElement('li');
      line.append(link);
      return line;
    });
    summary.querySelector('ul').replaceChildren(...lines);
    summary.hidden = wrong.length === 0;
    if (wrong.length > 0) {
      summary.focus();
      if (!document.title.startsWith(error)) document.title = `${error}: ${document.title}`;
    }
  };

  summary.addEventListener('click', (event) => {
    const target = event.target.closest('a');
    if (!target) return;
    event.preventDefault();
    document.querySelector(target.getAttribute('href')).focus();
  });

  let sent = false;
  form.addEventListener('submit', (event) => {
    const wrong = sent ? [] : fields.map((input) => [input, showFault(input)]).filter(([, fault]) => fault);
    if (sent || wrong.length > 0) {
      event.preventDefault();
      if (!sent) summarise(wrong);
      return;
    }
    sent = true;
    summarise([]);
    showSending(form);
  });

  const forget = () => {
    number.value = '';
    if (code) code.value = '';
    showBrand();
  };
  // By then the browser has read the form; neither it nor the page need remember the card.
  addEventListener('pagehide', forget);
  // Some browsers fill a form that is come back to with what they noted before that.
  if (performance.getEntriesByType('navigation')[0]?.type !== 'navigate') forget();
  if (number.value) rewrite(number, shapes.number);
  if (expiry.value) rewrite(expiry, shapes.expiry);
  showBrand();
  countDown();
};
