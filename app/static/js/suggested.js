// Suggested amounts: a button fills the field that it names, and the words follow as if it had been typed.

for (const button of document.querySelectorAll("[data-suggests]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.suggests);
    field.value = button.textContent.replace(/[^0-9.]/g, "");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
