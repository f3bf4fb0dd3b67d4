// How this device shows pages: {text, contrast, theme}; what is not chosen follows the system.
const KEY = "display";

export function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // Storage may be forbidden, or hold something else: the page is then shown as the system wishes.
  }
}

export function remember(settings) {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // The choice then holds for this page only.
  }
}

export function apply({ text, contrast, theme }) {
  const root = document.documentElement;
  const wantsContrast = contrast ?? (matchMedia("(prefers-contrast: more)").matches ? "high" : "");
  set(root, "data-text", text);
  set(root, "data-contrast", wantsContrast);
  set(root, "data-theme", theme);
}

function set(root, name, value) {
  if (value) root.setAttribute(name, value);
  else root.removeAttribute(name);
}
