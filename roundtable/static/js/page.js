// What is nicer with JavaScript. Every page works without.
import { confirmInDialog } from "./confirm.js";
import { offerCopying } from "./copy.js";

document.querySelectorAll("[data-confirm]").forEach(confirmInDialog);
document.querySelectorAll("[data-copy]").forEach(offerCopying);
document.querySelector("[data-focus]")?.focus();
