// Moves focus to what the reader must see first, such as the summary of a refused form.
export function start(element) {
  element.focus();
}
