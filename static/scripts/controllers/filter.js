// Type to shorten a long list. Initial consonants are enough: ㅅㅊㅎ finds 수채화.
import { Controller } from "@hotwired/stimulus";

const INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";

export default class extends Controller {
  static targets = ["words", "field", "choice", "group", "found", "none"];
  static values = { found: String };

  connect() {
    if (this.hasFieldTarget) this.fieldTarget.hidden = false;
    document.addEventListener("turbo:morph", this.narrow);
  }

  disconnect() {
    document.removeEventListener("turbo:morph", this.narrow);
  }

  narrow = () => {
    const wanted = plain(this.wordsTarget.value);
    let found = 0;
    for (const choice of this.choiceTargets) {
      const text = plain(choice.textContent);
      // What is chosen stays in sight, whatever one looks for next.
      const fits = text.includes(wanted) || initials(text).includes(wanted);
      choice.hidden = !fits && !choice.querySelector(":checked");
      found += fits;
    }
    for (const group of this.groupTargets) group.hidden = this.choiceTargets.filter((each) => group.contains(each)).every((each) => each.hidden);
    if (this.hasNoneTarget) this.noneTarget.hidden = found > 0;
    if (this.hasFoundTarget) this.foundTarget.textContent = wanted ? this.foundValue.replace("{count}", found) : "";
  };

  stay(event) {
    // Enter in the search box must not send the form around it.
    event.preventDefault();
  }
}

function plain(text) {
  return text.normalize("NFC").toLowerCase().replace(/\s+/g, "");
}

function initials(text) {
  return text.replace(/[가-힣]/g, (syllable) => INITIALS[Math.floor((syllable.charCodeAt(0) - 0xac00) / 588)]);
}
