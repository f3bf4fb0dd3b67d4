// What a morph must not touch: forms somebody is filling in or sending, what they opened, and what only lives in the page.
// What pages hide from those without scripts, and its controller shows.
const SHOWN_BY_SCRIPT = "[data-controller~=copy], [data-controller~=print], [data-controller~=ticks], [data-reveal-target=button], [data-filter-target]";

export function keepWhatIsBeingDone(root) {
  root.addEventListener("turbo:before-morph-element", (event) => {
    if (isKept(event.target)) event.preventDefault();
  });
  root.addEventListener("turbo:before-morph-attribute", (event) => {
    if (isOwnState(event.target, event.detail.attributeName)) event.preventDefault();
  });
}

export function isBeingFilledIn(form) {
  return isTypedIn(form) || [...form.elements].some(isChanged);
}

function isKept(element) {
  if (element.matches("[data-keep]")) return true;
  return element.matches("form") && (element.getAttribute("aria-busy") === "true" || isBeingFilledIn(element));
}

function isOwnState(element, attribute) {
  if (attribute === "open") return element.matches("details, dialog");
  if (attribute === "hidden") return element.matches(SHOWN_BY_SCRIPT);
  return attribute === "value" && element.matches("[data-filter-target=words]");
}

function isTypedIn(form) {
  const focused = document.activeElement;
  return form.contains(focused) && focused.matches("input:not([type=submit], [type=button]), textarea, select");
}

function isChanged(control) {
  if (control instanceof HTMLSelectElement) {
    const set = [...control.options].some((option) => option.defaultSelected);
    return [...control.options].some((option, index) => option.selected !== (set || control.multiple ? option.defaultSelected : index === 0));
  }
  if (["checkbox", "radio"].includes(control.type)) return control.checked !== control.defaultChecked;
  if (["hidden", "submit", "button", "reset"].includes(control.type)) return false;
  return "defaultValue" in control && control.value !== control.defaultValue;
}
