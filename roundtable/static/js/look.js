// A list inside a form follows what is typed, as if the button beside it were pressed: the form is sent, nothing is saved,
// and the list that comes back takes the place of this one.
const PAUSE = 250;

class Look {
  constructor(part) {
    this.part = part;
    this.input = part.querySelector("input[type=search]");
    this.button = part.querySelector("button[name=look]");
    this.asked = 0;
    this.input.addEventListener("input", () => this.plan());
    this.input.addEventListener("keydown", (event) => {
      // Enter searches; it does not send the form.
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.plan(0);
    });
    this.button.addEventListener("click", (event) => { event.preventDefault(); this.plan(0); });
    for (const choice of part.querySelectorAll("select[data-looks]")) choice.addEventListener("change", () => this.plan(0));
    // What is ticked while an answer is on its way is not in that answer.
    part.addEventListener("change", (event) => { if (this.isWaiting && event.target !== this.input) this.plan(0); });
  }

  plan(pause = PAUSE) {
    clearTimeout(this.waiting);
    this.isWaiting = true;
    this.asked += 1;
    this.waiting = setTimeout(() => this.look(this.asked), pause);
  }

  async look(mine) {
    let page;
    try {
      const answer = await fetch(this.button.formAction, { method: "POST", body: new FormData(this.input.form, this.button) });
      if (answer.ok) page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch { /* no connection: what is typed and ticked stays */ }
    if (mine !== this.asked) return;
    this.isWaiting = false;
    const part = page?.getElementById(this.part.id);
    if (!part) {
      const said = this.part.querySelector("[data-said]");
      said.textContent = said.dataset.lost;
      return;
    }
    const place = document.activeElement?.id;
    for (const name of ["found", "said"]) {
      this.part.querySelector(`[data-${name}]`).replaceChildren(...part.querySelector(`[data-${name}]`).childNodes);
    }
    if (place && document.activeElement === document.body) document.getElementById(place)?.focus();
  }
}

document.querySelectorAll("[data-look]").forEach((part) => new Look(part));
