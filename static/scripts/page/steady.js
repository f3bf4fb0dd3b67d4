// A page that brings itself up to date must not move what one is about to press: the row under the pointer, else the one with the focus, else the first in sight, stays where it is on the screen.
let pointer;

for (const type of ["pointermove", "pointerdown"]) {
  document.addEventListener(type, ({ clientX, clientY }) => (pointer = [clientX, clientY]), { passive: true });
}

export function holdStill() {
  const row = rowAt(pointer && document.elementFromPoint(...pointer)) ?? rowAt(document.activeElement) ?? firstInSight();
  const before = row?.getBoundingClientRect().top;
  return () => {
    if (row?.isConnected) window.scrollBy({ top: row.getBoundingClientRect().top - before, behavior: "instant" });
  };
}

function rowAt(element) {
  return element?.closest("[data-steady]") ?? undefined;
}

function firstInSight() {
  return [...document.querySelectorAll("[data-steady]")].find((row) => row.getBoundingClientRect().top >= 0);
}
