// A live count of seats: the numbers travel inside the signal {id, taken, seats, waiting}, so that a thousand watchers ask nothing.
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["bar", "words", "waiting"];
  static values = { id: String, words: String, full: String, oneWaiting: String, moreWaiting: String };

  connect() {
    document.addEventListener("signal", this.hear);
  }

  disconnect() {
    document.removeEventListener("signal", this.hear);
  }

  hear = ({ detail: { payload } }) => {
    if (String(payload?.id) !== this.idValue || payload.taken === undefined) return;
    const { taken, seats, waiting } = payload;
    const isFull = Boolean(seats) && taken >= seats;
    const words = isFull && this.fullValue ? this.fullValue : this.wordsValue;
    this.element.classList.toggle("full", isFull);
    if (this.hasBarTarget && seats) this.barTarget.setAttribute("width", `${Math.min(100, (100 * taken) / seats)}%`);
    this.wordsTarget.textContent = words.replace("{taken}", taken).replace("{seats}", seats);
    if (this.hasWaitingTarget) {
      this.waitingTarget.hidden = !waiting;
      this.waitingTarget.textContent = (waiting === 1 ? this.oneWaitingValue : this.moreWaitingValue).replace("{waiting}", waiting);
    }
    this.wordsTarget.classList.remove("fresh");
    requestAnimationFrame(() => this.wordsTarget.classList.add("fresh"));
  };
}
