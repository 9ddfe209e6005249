// Keeps the order's page fresh: the server sends the parts that changed, as HTML that it has escaped.
const order = document.querySelector('#order');
const listening = document.querySelector('#listening');
const news = document.querySelector('#news');

/** Replaces the content of a part; opened details, half-typed amounts and the focus stay as they are. */
const replace = (part, text) => {
  const focus = part.contains(document.activeElement) ? document.activeElement.id : '';
  const open = new Map([...part.querySelectorAll('details[id]')].map((details) => [details.id, details.open]));
  const typed = new Map(
    [...part.querySelectorAll('input[id]')]
      .filter((input) => input.value !== input.defaultValue)
      .map((input) => [input.id, input.value]),
  );
  part.innerHTML = text;
  for (const [id, isOpen] of open) {
    const details = document.getElementById(id);
    if (details) details.open = isOpen;
  }
  for (const [id, value] of typed) {
    const input = document.getElementById(id);
    if (input) input.value = value;
  }
  if (focus) document.getElementById(focus)?.focus();
};

const source = new EventSource(`${order.dataset.events}?seen=${order.dataset.version}`);
source.onopen = () => {
  listening.hidden = false;
};
source.onerror = () => {
  listening.hidden = true;
};
source.onmessage = (event) => {
  const change = JSON.parse(event.data);
  for (const [id, text] of Object.entries(change.parts)) replace(document.getElementById(id), text);
  if (change.news) news.textContent = change.news;
};
