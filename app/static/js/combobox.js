// The list of suggestions below an <input data-combobox="id of the listbox">, by the ARIA combobox pattern: arrows move,
// Enter takes what an arrow chose, Escape closes; Tab goes on and takes nothing. htmx fills the list and follows its options.

const titled = (list) => list.parentElement;
const options = (list) => [...list.querySelectorAll("[role=option]")];
const listOf = (input) => document.getElementById(input.dataset.combobox);
const isOpen = (list) => !titled(list).hidden;

function show(input, wanted) {
  const list = listOf(input);
  const open = wanted && options(list).length > 0;
  titled(list).hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  const status = document.getElementById(`${list.id}-status`);
  status.textContent = open ? status.dataset.found : "";
  choose(input, null);
}

function choose(input, option) {
  for (const other of options(listOf(input))) other.setAttribute("aria-selected", String(other === option));
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function move(input, step) {
  const list = listOf(input);
  if (!isOpen(list)) show(input, true);
  const all = options(list);
  if (!all.length) return;
  const from = all.findIndex((option) => option.id === input.getAttribute("aria-activedescendant"));
  choose(input, from < 0 && step < 0 ? all.at(-1) : all[(from + step + all.length) % all.length]);
}

const KEYS = {
  ArrowDown: (input) => move(input, 1),
  ArrowUp: (input) => move(input, -1),
  Escape: (input) => show(input, false),
  Enter: (input) => document.getElementById(input.getAttribute("aria-activedescendant")).click(),
};

// Before enter-moves-on.js hears of it: an Enter that takes a suggestion moves nowhere.
document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-combobox]") || !KEYS[event.key] || event.isComposing) return;
  if (event.key === "Escape" && !isOpen(listOf(input))) return;
  if (event.key === "Enter" && !input.hasAttribute("aria-activedescendant")) return;
  event.preventDefault();
  KEYS[event.key](input);
}, { capture: true });

document.addEventListener("htmx:afterSwap", ({ target }) => {
  const input = document.querySelector(`[data-combobox="${CSS.escape(target.id)}"]`);
  if (input) show(input, document.activeElement === input);
});

document.addEventListener("focusout", ({ target }) => {
  if (target.matches?.("[data-combobox]")) show(target, false);
});

// A press on a suggestion must not take the focus away before it is a click.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest?.("[role=listbox]")) event.preventDefault();
});
