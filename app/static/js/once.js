// A form marked data-once leaves once: a second click is swallowed while the first is on its way.
// The server stays safe without this (the form carries its own id); this only spares a second wait.

// A form marked data-not-before="3000" leaves so many milliseconds after its page came, however fast
// its reader was: the server takes a faster one for a machine.

const opened = performance.now();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  for (const button of buttonsOf(form)) button.setAttribute("aria-disabled", "true");
  const early = opened + Number(form.dataset.notBefore ?? 0) - performance.now();
  if (early <= 0) return;
  event.preventDefault();
  setTimeout(() => form.submit(), early);
});

// Coming back with the browser's back button shows the page as it was left: open the form again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-once]").forEach(reopen);
});

// A form sent by htmx stays on the page when the server refuses it or cannot be reached.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("form[data-once]");
  if (form) reopen(form);
});

function reopen(form) {
  delete form.dataset.sent;
  for (const button of buttonsOf(form)) button.removeAttribute("aria-disabled");
}

function buttonsOf(form) {
  return [...form.elements].filter((control) => control.type === "submit");
}
