// A Turbo visit replaces the page without telling anybody: the focus goes where a fresh page would be read from.
export function focusAfterVisits(root) {
  let first = true;
  root.addEventListener("turbo:load", () => {
    if (first) first = false;
    else if (document.activeElement === document.body) document.getElementById("main")?.focus({ preventScroll: true });
  });
}
