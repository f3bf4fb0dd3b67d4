// Opens and closes its <dialog>. Without this script the opener is a link to the dialog, which shows itself as the page's target.
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["dialog"];

  open(event) {
    event.preventDefault();
    this.dialogTarget.showModal();
  }

  close(event) {
    event.preventDefault();
    this.dialogTarget.close();
  }

  closeOutside({ target }) {
    if (target === this.dialogTarget) this.dialogTarget.close();
  }
}
