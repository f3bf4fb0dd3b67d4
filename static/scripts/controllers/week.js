// Arrow keys move between the ticks of a week; Tab and Space work as ever.
import { Controller } from "@hotwired/stimulus";

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export default class extends Controller {
  move(event) {
    const step = STEPS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = [...this.element.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("input")]);
    const row = rows.findIndex((ticks) => ticks.includes(event.target));
    const column = rows[row].indexOf(event.target);
    event.preventDefault();
    rows[row + step[0]]?.[column + step[1]]?.focus();
  }
}
