// @ts-check
// Loaded before the first paint, so that a chosen theme never flashes. Not a module on purpose.
(() => {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage is switched off: the system decides.
  }
})();
