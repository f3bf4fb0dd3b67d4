import { Application } from "@hotwired/stimulus";
import * as Turbo from "@hotwired/turbo";
import { controllers } from "./controllers.js";
import { keepWhatIsBeingDone } from "./page/keep.js";
import { focusAfterVisits } from "./page/focus.js";

// A button that only says aria-disabled keeps the focus while its form is on the way, and Turbo still refuses the second press.
Turbo.config.forms.submitter = "aria-disabled";
keepWhatIsBeingDone(document);
focusAfterVisits(document);

const application = Application.start();
for (const [name, controller] of Object.entries(controllers)) application.register(name, controller);
