// @ts-check

/**
 * Around the choices of a reader: the links work by themselves, with this they need no new page.
 * A part of the article says for whom it is in data-when; who chose nothing for a question sees all answers to it.
 */
class FragmentSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.choose);
  }

  choose = (/** @type {MouseEvent} */ event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-value]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const address = new URL(link.href);
    history.replaceState(null, "", address);
    this.show(address.searchParams);
  };

  show(/** @type {URLSearchParams} */ chosen) {
    for (const row of this.querySelectorAll("[data-parameter]")) {
      const parameter = row.getAttribute("data-parameter") ?? "";
      for (const link of row.querySelectorAll("a[data-value]")) this.mark(link, parameter, chosen);
    }
    for (const part of document.querySelectorAll("[data-when]")) {
      if (part instanceof HTMLElement) part.hidden = !this.isFor(part, chosen);
    }
    for (const form of document.querySelectorAll("form[data-keeps-choice]")) {
      form.setAttribute("action", `${(form.getAttribute("action") ?? "").split("?", 1)[0]}?${chosen}`);
    }
  }

  mark(/** @type {Element} */ link, /** @type {string} */ parameter, /** @type {URLSearchParams} */ chosen) {
    const value = link.getAttribute("data-value") ?? "";
    const next = new URLSearchParams(chosen);
    if (value) next.set(parameter, value);
    else next.delete(parameter);
    link.setAttribute("href", `?${next}`);
    if ((chosen.get(parameter) ?? "") === value) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }

  isFor(/** @type {HTMLElement} */ part, /** @type {URLSearchParams} */ chosen) {
    const wanted = (part.dataset.when ?? "").split(" ");
    return [...this.querySelectorAll("[data-parameter]")].every((row) => {
      const value = chosen.get(row.getAttribute("data-parameter") ?? "");
      const answers = [...row.querySelectorAll("a[data-value]")].map((link) => link.getAttribute("data-value"));
      return !value || wanted.includes(value) || !wanted.some((name) => answers.includes(name));
    });
  }
}

customElements.define("fragment-switch", FragmentSwitch);
