// Brings the page up to date in place. No Turbo visit: a visit that fails would reload the whole page and lose what is on it.
import { morphBodyElements } from "@hotwired/turbo";
import { holdStill } from "./steady.js";

const TOGETHER_MS = 100;
let timer;
let running = false;
let again = false;

export function refreshPage() {
  clearTimeout(timer);
  timer = setTimeout(refreshNow, TOGETHER_MS);
}

async function refreshNow() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  again = false;
  try {
    await morph(location.href);
  } catch {
    // No network: the connection notices by itself, and catches up when it is back.
  } finally {
    running = false;
    if (again) refreshPage();
  }
}

async function morph(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html", "X-Refresh": "1" }, credentials: "same-origin" });
  if (location.href !== address || isVisiting()) return; // The next page brings its own state.
  if (answer.redirected || answer.status === 401 || answer.status === 403) return location.reload();
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (location.href !== address || isVisiting()) return;
  document.title = fresh.title;
  const settle = holdStill();
  morphBodyElements(document.body, fresh.body);
  settle();
}

function isVisiting() {
  return document.documentElement.hasAttribute("aria-busy");
}
