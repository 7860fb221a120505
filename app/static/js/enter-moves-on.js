// In a form marked data-enter-moves-on, Enter in a one-line field goes to the next field, as it does on paper:
// what the form sends cannot be taken back, so only its button sends it. Buttons, links and text areas keep their Enter.

const STAYS = new Set(["submit", "button", "reset", "hidden"]);

document.addEventListener("keydown", (event) => {
  const control = event.target;
  if (event.key !== "Enter" || event.isComposing || event.defaultPrevented) return;
  if (!control.matches?.("[data-enter-moves-on] input") || STAYS.has(control.type)) return;
  event.preventDefault();
  next(control)?.focus();
});

function next(control) {
  const places = [...control.form.elements].filter((other) => other === control || isPlace(other, control));
  return places[places.indexOf(control) + 1];
}

function isPlace(other, control) {
  if (other.disabled || other.type === "hidden" || !other.checkVisibility()) return false;
  if (other.type !== "radio") return other.matches("input, select, textarea, button");
  return other.name !== control.name && (other.checked || isFirstOfNone(other));
}

function isFirstOfNone(radio) {
  const group = radio.form.elements.namedItem(radio.name);
  return !group.value && group[0] === radio;
}
