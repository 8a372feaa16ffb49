// Notes are saved as one types. Until they are, the text lies on this device.
const PAUSE = 1200;
const FIRST_RETRY = 4000;
const LAST_RETRY = 60000;

const recall = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
const remember = (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } };
const forget = (key) => { try { localStorage.removeItem(key); } catch { /* forbidden */ } };

class Note {
  constructor(form) {
    this.form = form;
    this.text = form.querySelector("textarea");
    this.version = form.querySelector("input[name=version]");
    this.said = form.querySelector("[data-said]");
    this.theirs = form.querySelector("[data-theirs]");
    this.key = `note:${new URL(form.action).pathname.replace(/^\/\w\w\//, "")}`;
    // The version this text is based on; the form's own field moves on when others' text has been shown.
    this.base = this.version.value;
    this.isContested = !this.theirs.hidden;
    this.saved = this.isContested || this.text.hasAttribute("aria-invalid") ? null : this.text.defaultValue;
    this.retry = FIRST_RETRY;
    this.text.addEventListener("input", () => this.changed());
    form.addEventListener("submit", (event) => { event.preventDefault(); this.isContested = false; this.save(); });
    this.restore();
  }

  get isUnsaved() { return this.text.value !== this.saved; }

  say(words, state = "") {
    this.said.textContent = words;
    this.form.dataset.state = state;
  }

  restore() {
    const kept = recall(this.key);
    if (!kept) return;
    if (kept.text === this.text.value) return forget(this.key);
    this.text.value = kept.text;
    this.version.value = this.base = kept.version;
    this.say(this.form.dataset.restored, "unsaved");
    this.plan(PAUSE);
  }

  changed() {
    remember(this.key, { text: this.text.value, version: this.base });
    this.plan(PAUSE);
  }

  plan(delay) {
    clearTimeout(this.timer);
    if (!this.isContested) this.timer = setTimeout(() => this.save(), delay);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.running) { await this.running; }
    if (!this.isUnsaved || this.isContested) return;
    this.running = this.send(this.text.value).finally(() => { this.running = null; });
    await this.running;
  }

  async send(text) {
    this.say(this.form.dataset.saving, "saving");
    let answer;
    let told = {};
    try {
      answer = await fetch(this.form.action, {
        method: "POST",
        body: new FormData(this.form),
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      if (answer.headers.get("Content-Type")?.includes("json")) told = await answer.json();
    } catch {
      return this.tryAgain();
    }
    if (answer.ok && "version" in told) return this.kept(text, told);
    if (answer.status === 409) return this.contested(told);
    if (told.said) return this.say(told.said, "unsaved");
    if (answer.type === "opaqueredirect" || answer.status === 400 || answer.status === 403) {
      this.say(this.form.dataset.signedOut, "unsaved");
      return this.plan(LAST_RETRY);
    }
    return this.tryAgain();
  }

  kept(text, told) {
    this.saved = text;
    this.version.value = this.base = told.version;
    this.retry = FIRST_RETRY;
    this.theirs.hidden = true;
    if (this.isUnsaved) return this.changed();
    forget(this.key);
    this.say(told.said);
  }

  contested(told) {
    this.isContested = true;
    this.version.value = told.version;
    this.theirs.querySelector("blockquote").textContent = told.theirs;
    this.theirs.hidden = false;
    this.say(told.said, "unsaved");
  }

  tryAgain() {
    this.say(this.form.dataset.unsaved, "unsaved");
    this.plan(this.retry);
    this.retry = Math.min(this.retry * 2, LAST_RETRY);
  }
}

const notes = [...document.querySelectorAll("[data-note]")].map((form) => new Note(form));

addEventListener("online", () => notes.forEach((note) => note.save()));

// Whatever else is sent from this page, what was typed is saved first; nothing is approved that is not.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("[data-note]") || !notes.some((note) => note.isUnsaved)) return;
  event.preventDefault();
  await Promise.all(notes.map((note) => note.save()));
  const unsaved = notes.find((note) => note.isUnsaved);
  if (unsaved && form.action.endsWith("/approve")) {
    form.closest("dialog")?.close();
    unsaved.text.focus();
    return;
  }
  form.submit();
});

document.querySelectorAll("[data-unfold]").forEach((details) => {
  details.addEventListener("toggle", () => {
    if (details.open) details.querySelector("textarea, input:not([type=hidden])")?.focus();
  });
});
