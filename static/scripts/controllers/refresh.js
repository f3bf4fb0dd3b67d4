// Brings its frame, or else the whole page, up to date when one of its streams says something. No streams named means any stream of the page;
// some types concern every page of a person, and what only a look can tell, such as the room left on a disk, is looked at every few seconds.
import { Controller } from "@hotwired/stimulus";
import { isBeingFilledIn } from "../page/keep.js";
import { refreshPage } from "../page/refresh.js";

const TOGETHER_MS = 100;
const LATER_MS = 2000;

export default class extends Controller {
  static values = { streams: Array, types: Array, except: Array, always: Array, every: Number };

  connect() {
    document.addEventListener("signal", this.hear);
    if (this.everyValue) this.pulse = setInterval(() => document.hidden || this.refresh(), 1000 * this.everyValue);
  }

  disconnect() {
    document.removeEventListener("signal", this.hear);
    clearTimeout(this.timer);
    clearInterval(this.pulse);
  }

  hear = ({ detail: { stream, type } }) => {
    if (this.alwaysValue.includes(type) || this.isMeant(stream, type)) this.refresh();
  };

  isMeant(stream, type) {
    if (this.streamsValue.length && !this.streamsValue.includes(stream)) return false;
    if (this.typesValue.length && !this.typesValue.includes(type)) return false;
    return !this.exceptValue.includes(type);
  }

  refresh() {
    if (this.element.localName !== "turbo-frame") return refreshPage();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.reloadFrame(), TOGETHER_MS);
  }

  reloadFrame() {
    if ([...this.element.querySelectorAll("form")].some(isBeingFilledIn)) {
      this.timer = setTimeout(() => this.reloadFrame(), LATER_MS);
    } else if (this.element.src) {
      this.element.reload();
    } else {
      refreshPage();
    }
  }
}
