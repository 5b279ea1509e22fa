// Single keys for moderators who turned them on: J next, K back, A approve. They do nothing while somebody types.

const typed = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const rows = [...document.querySelectorAll("[data-row]")];

function step(by) {
  const here = rows.indexOf(document.activeElement);
  rows[Math.min(Math.max(here + by, 0), rows.length - 1)]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest(typed)) return;
  const key = event.key.toLowerCase();
  if (!["j", "k", "a"].includes(key)) return;
  if (rows.length && key !== "a") step(key === "j" ? 1 : -1);
  else document.querySelector(`[data-key="${key}"]`)?.click();
});
