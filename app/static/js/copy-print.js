// Buttons that only a script can serve: print this page, copy a text. They are hidden until it runs.

function show(part) {
  part.querySelectorAll("[data-print], [data-copy]").forEach((button) => {
    button.hidden = button.dataset.copy !== undefined && !navigator.clipboard;
  });
}

show(document);
document.addEventListener("htmx:load", ({ target }) => show(target));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-print], [data-copy]");
  if (!button) return;
  if (button.dataset.copy === undefined) {
    window.print();
    return;
  }
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.textContent;
  if (label === button.dataset.copied) return;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = label; }, 2000);
});
