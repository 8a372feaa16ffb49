// The letter follows what is typed, as if its button were pressed.
const form = document.querySelector("form:has([data-try-out])");
let waiting;

function show(button) {
  // A new frame each time: loading into the old one would fill the way back with letters.
  const frame = document.getElementsByName(button.formTarget)[0];
  const fresh = frame.cloneNode();
  fresh.removeAttribute("src");
  frame.replaceWith(fresh);
  form.requestSubmit(button);
}

if (form) {
  const buttons = form.querySelectorAll("[data-try-out]");
  // What was refused is not saved: the frames would show what was there before.
  if (form.querySelector("[role=alert]")) buttons.forEach(show);
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    const beside = event.target.closest(":has(> .rt-field, > [data-try-out])")?.querySelector("[data-try-out]");
    waiting = setTimeout(() => (beside ? show(beside) : buttons.forEach(show)), 600);
  });
}
