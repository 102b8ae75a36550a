import { start as aloud } from "./aloud.js";
import { start as answers } from "./answers.js";
import { start as ask } from "./ask.js";
import { start as checklist } from "./checklist.js";
import { start as comfort } from "./comfort.js";
import { start as cover } from "./cover.js";
import { start as daily } from "./daily.js";
import { start as entry } from "./entry.js";
import { start as filter } from "./filter.js";
import { start as find } from "./find.js";
import { start as flag } from "./flag.js";
import { start as fresh } from "./fresh.js";
import { start as install } from "./install.js";
import { start as keep } from "./keep.js";
import { start as large } from "./large.js";
import { start as leave } from "./leave.js";
import { start as lesson } from "./lesson.js";
import { start as menu } from "./menu.js";
import { start as open } from "./open.js";
import { start as paper } from "./paper.js";
import { start as place } from "./place.js";
import { start as print } from "./print.js";
import { start as progress } from "./progress.js";
import { start as say } from "./say.js";
import { start as urgent } from "./urgent.js";
import { start as wipe } from "./wipe.js";

// Leave comes first: it must work even where something after it fails. Answers bring a scene to light before the lesson
// puts the focus on it.
const behaviours = [
  leave, cover, comfort, entry, menu, place, answers, lesson, aloud, progress, checklist, print, open, fresh, filter, find,
  ask, large, urgent, paper, install, wipe, keep, flag, daily, say,
];
for (const behaviour of behaviours) {
  try {
    Promise.resolve(behaviour(document)).catch((error) => console.warn(error));
  } catch (error) {
    console.warn(error);
  }
}
