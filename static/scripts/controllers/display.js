// Text size, contrast and colours of this device.
import { Controller } from "@hotwired/stimulus";
import { apply, remember, remembered } from "../page/display_settings.js";

export default class extends Controller {
  connect() {
    this.element.hidden = false;
    const settings = remembered();
    for (const choice of this.element.querySelectorAll("input[type=radio]")) {
      choice.checked = (settings[this.nameOf(choice)] ?? "") === choice.value;
    }
  }

  choose({ target }) {
    const settings = { ...remembered(), [this.nameOf(target)]: target.value };
    remember(settings);
    apply(settings);
  }

  nameOf(choice) {
    return choice.name.replace("display-", "");
  }
}
