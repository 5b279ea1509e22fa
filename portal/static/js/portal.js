// Small comforts. Every page works without them.

document.documentElement.classList.add("has-script");

// An error summary takes the focus, so that a screen reader starts there.
document.querySelector("[data-focus]")?.focus();

// The language menu shuts with Escape and when the focus leaves it.
for (const menu of document.querySelectorAll("details.languages")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

// The link that shares a search copies itself.
for (const link of document.querySelectorAll("a[data-copy]")) {
  if (!navigator.clipboard) continue;
  link.textContent = link.dataset.label;
  link.setAttribute("role", "button");
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    await navigator.clipboard.writeText(link.href);
    link.textContent = link.dataset.copied;
    link.setAttribute("aria-live", "polite");
  });
}
