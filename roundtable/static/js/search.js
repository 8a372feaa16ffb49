// A list that follows what is typed: the same page is asked for, and its list takes the place of this one.
const input = document.querySelector("[role=search] input[type=search]");
const found = document.querySelector("[data-found]");
let waiting, asked = 0;

async function look() {
  const address = new URL(input.form.action);
  address.search = new URLSearchParams(new FormData(input.form));
  const mine = ++asked;
  const answer = await fetch(address);
  if (!answer.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine === asked) {
    found.replaceChildren(...page.querySelector("[data-found]").childNodes);
    history.replaceState(null, "", address);
  }
}

if (input && found) {
  found.setAttribute("aria-live", "polite");
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 250);
  });
  for (const choice of input.form.querySelectorAll("select")) choice.addEventListener("change", look);
}
