// A form that is on its way is not sent again by a second press. Its buttons are not disabled, for a disabled button
// sends no value. It can be sent again when the page is shown again (Back) or when no answer came for a while.
const PATIENCE = 10_000;

export function start(form) {
  let timer = 0;

  function release() {
    clearTimeout(timer);
    timer = 0;
    form.removeAttribute("aria-busy");
  }

  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (timer) {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    timer = setTimeout(release, PATIENCE);
  });
  form.addEventListener("htmx:afterRequest", release);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) release();
  });
}
