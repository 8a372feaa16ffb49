// Dragging people into order. The buttons and the numbers do the same; with JavaScript they move at once, and saving is one deed.
import "../sortable/sortable.min.js";

const list = document.querySelector("[data-order]");

// The list may be one page of a longer one: the first and the last place on it, and the last of all.
const numbers = list ? [...list.querySelectorAll("[name^=place-]")] : [];
const first = Number(numbers[0]?.value);
const end = Number(numbers[0]?.max);

function mark() {
  [...list.children].forEach((person, index) => {
    const place = first + index;
    person.querySelector("[name=up]").disabled = place === 1;
    person.querySelector("[name=down]").disabled = place === end;
    // Whoever is to stand on another page goes there when this one is saved.
    if (!person.dataset.leaves) person.querySelector("[name^=place-]").value = place;
  });
}

function put(person, typed) {
  const others = [...list.children].filter((each) => each !== person);
  const place = Math.min(Math.max(1, typed || first + others.indexOf(person.nextElementSibling)), end);
  const index = place - first;
  if (index < 0 || index > others.length) {
    person.dataset.leaves = "yes";
    person.querySelector("[name^=place-]").value = place;
    return;
  }
  delete person.dataset.leaves;
  if (index === others.length) list.append(person);
  else others[index].before(person);
}

if (list) {
  list.classList.add("rt-order--draggable");
  window.Sortable.create(list, { animation: 120, handle: ".rt-order__name", onEnd: mark });
  list.addEventListener("change", (event) => {
    // Sortable has a "change" of its own while somebody is dragged.
    if (!event.target.matches("[name^=place-]")) return;
    const person = event.target.closest("li");
    put(person, Number(event.target.value));
    mark();
    event.target.focus();
    person.scrollIntoView({ block: "nearest" });
  });
  list.addEventListener("keydown", (event) => {
    // Enter in a number moves; it does not press the first arrow of the page.
    if (event.key !== "Enter" || !event.target.matches("[name^=place-]")) return;
    event.preventDefault();
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[name=up], [name=down]");
    if (!button) return;
    const person = button.closest("li");
    const other = button.name === "up" ? person.previousElementSibling : person.nextElementSibling;
    // Beyond the edge of the page the server moves.
    if (!other) return;
    event.preventDefault();
    if (button.name === "up") other.before(person);
    else other.after(person);
    mark();
    // The other button, where this one has reached the end.
    (button.disabled ? person.querySelector("button:not(:disabled)") : button)?.focus();
  });
}
