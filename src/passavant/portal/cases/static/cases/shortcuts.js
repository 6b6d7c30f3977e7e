// Single keys on the pages of cases, only for whoever switches them on (WCAG 2.1.4); everything works without this file.
"use strict";
(() => {
  const place = document.getElementById("case-shortcuts");
  if (!place) return;
  const on = () => localStorage.getItem("case-shortcuts") === "on";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary";
  const show = () => {
    button.textContent = on() ? place.dataset.off : place.dataset.on;
    button.setAttribute("aria-pressed", String(on()));
  };
  button.addEventListener("click", () => {
    localStorage.setItem("case-shortcuts", on() ? "off" : "on");
    show();
  });
  show();
  place.append(button);
  const move = (step) => {
    const links = [...document.querySelectorAll("a[data-case]")];
    const next = links[Math.min(links.length - 1, Math.max(0, links.indexOf(document.activeElement) + step))];
    if (next) next.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (!on() || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else {
      const target = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
      if (!target) return;
      target.focus();
      if (target.matches("a, button")) target.click();
    }
    event.preventDefault();
  });
})();
