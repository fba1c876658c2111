// @ts-check

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LANGUAGE = "nl-BE";

const words = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto", style: "short" });

/**
 * How long ago, in words; null when the date itself says more.
 * @param {Date} moment
 * @param {Date} now
 */
function howLongAgo(moment, now) {
  const seconds = (moment.getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (distance < MINUTE) return words.format(0, "second");
  if (distance < HOUR) return words.format(Math.trunc(seconds / MINUTE), "minute");
  if (distance < DAY) return words.format(Math.trunc(seconds / HOUR), "hour");
  if (distance < 6 * DAY) return words.format(daysBetween(moment, now), "day");
  return null;
}

/**
 * @param {Date} moment
 * @param {Date} now
 */
function daysBetween(moment, now) {
  const midnight = (/** @type {Date} */ date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(moment) - midnight(now)) / (DAY * 1000));
}

/** Wraps a <time datetime title>: shows "5 minuten geleden", keeps the exact time in the title. */
class RelativeTime extends HTMLElement {
  connectedCallback() {
    shown.add(this);
    this.refresh();
  }

  disconnectedCallback() {
    shown.delete(this);
  }

  refresh() {
    const time = this.querySelector("time");
    const moment = new Date(time?.dateTime ?? "");
    if (!time || Number.isNaN(moment.getTime())) return;
    const text = howLongAgo(moment, new Date());
    if (text && time.textContent !== text) time.textContent = text;
  }
}

/** @type {Set<RelativeTime>} */
const shown = new Set();
const refreshAll = () => shown.forEach((element) => element.refresh());

customElements.define("relative-time", RelativeTime);
setInterval(refreshAll, 30_000);
document.addEventListener("htmx:afterSettle", refreshAll);
