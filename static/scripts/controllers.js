import CopyController from "./controllers/copy.js";
import CountController from "./controllers/count.js";
import DialogController from "./controllers/dialog.js";
import DisplayController from "./controllers/display.js";
import DraftController from "./controllers/draft.js";
import FilterController from "./controllers/filter.js";
import ForgetController from "./controllers/forget.js";
import LiveController from "./controllers/live.js";
import MenuController from "./controllers/menu.js";
import PrintController from "./controllers/print.js";
import RefreshController from "./controllers/refresh.js";
import RevealController from "./controllers/reveal.js";
import SeatsController from "./controllers/seats.js";
import SubmitOnceController from "./controllers/submit_once.js";
import TicksController from "./controllers/ticks.js";
import ToastController from "./controllers/toast.js";
import WeekController from "./controllers/week.js";

export const controllers = {
  copy: CopyController,
  count: CountController,
  dialog: DialogController,
  display: DisplayController,
  draft: DraftController,
  filter: FilterController,
  forget: ForgetController,
  live: LiveController,
  menu: MenuController,
  print: PrintController,
  refresh: RefreshController,
  reveal: RevealController,
  seats: SeatsController,
  "submit-once": SubmitOnceController,
  ticks: TicksController,
  toast: ToastController,
  week: WeekController,
};
