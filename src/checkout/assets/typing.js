/** The digits of a text, full-width ones as plain ones. */
export const digitsOf = (text) => text.normalize('NFKC').replace(/\D/g, '');

/** Rewrites a field as it is typed and leaves the caret behind the same digit as before. */
export const rewrite = (input, write) => {
  const before = input.value;
  const after = write(before);
  if (after === before) return;
  const atEnd = input.selectionStart === before.length;
  let digitCount = before.slice(0, input.selectionStart).replace(/\D/g, '').length;
  let caret = 0;
  while (digitCount > 0 && caret < after.length) if (/\d/.test(after[caret++])) digitCount--;
  input.value = after;
  if (atEnd) caret = after.length;
  if (document.activeElement === input) input.setSelectionRange(caret, caret);
};

/** Shows that a form is on its way, at its button and to those who listen. */
export const showSending = (form) => {
  const button = form.querySelector('button.go');
  button.setAttribute('aria-disabled', 'true');
  button.textContent = button.dataset.paying;
  document.querySelector('#progress').textContent = button.dataset.paying;
};
