// @ts-check

/**
 * Around an article: who follows its steps ticks them off while working, which nobody else sees.
 * Ticks last as long as the tab, because the computer may be everybody's; without this the boxes are disabled.
 */
class TaskTicks extends HTMLElement {
  connectedCallback() {
    const boxes = [...this.querySelectorAll("li.task input[type='checkbox']")];
    const kept = this.kept();
    boxes.forEach((box, place) => {
      if (!(box instanceof HTMLInputElement)) return;
      // A task that was rewritten, or moved, is another one.
      const task = `${place} ${box.closest("label")?.textContent?.trim() ?? ""}`;
      box.disabled = false;
      box.checked = kept[task] ?? box.defaultChecked;
      box.addEventListener("change", () => this.keep(task, box.checked));
    });
  }

  keep(/** @type {string} */ task, /** @type {boolean} */ isDone) {
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ ...this.kept(), [task]: isDone }));
    } catch {
      // Where nothing may be stored, ticks last as long as the page.
    }
  }

  /** @returns {Record<string, boolean>} */
  kept() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key) ?? "{}");
    } catch {
      return {};
    }
  }

  key = `tasks ${location.pathname}`;
}

customElements.define("task-ticks", TaskTicks);
