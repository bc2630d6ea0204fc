// Asks before what cannot be undone. Without JavaScript the server's own confirmation still stands.
export function start(button) {
  button.addEventListener("click", (event) => {
    if (!window.confirm(button.dataset.confirm)) event.preventDefault();
  });
}
