import { isSetUp, parseSyncSettings } from "../sync/settings.ts";
import { clockProblem } from "../sync/status/clock.ts";
import { type Here, readHere } from "../sync/status/here.ts";
import { formatAge } from "../text/duration.ts";
import { counted } from "../text/text.ts";
import type { Check } from "./check.ts";
import type { Finding } from "./finding.ts";

function findingsOf({ problem, isForeign, refusedCount, progress }: Here, now: Date): Finding[] {
  const found: Pick<Finding, "what" | "why" | "mend">[] = [];
  if (problem !== null) {
    found.push({
      what: `the last push failed ${formatAge(now.getTime() - problem.ms)} ago: ${problem.text}`,
      why: "other machines don't see what is new here; nothing is lost",
      mend: "mm sync push",
    });
  }
  if (isForeign) {
    found.push({
      what: "this home was pushed from another machine or folder",
      why: "a push stops until you say that it was moved here or, with `mm sync new`, that it is a copy",
      mend: "mm sync adopt",
    });
  }
  if (refusedCount > 0) {
    found.push({
      what: `the sync server refused ${counted(refusedCount, "row")}`,
      why: "other machines don't see them",
      mend: "mm sync status",
    });
  }
  const clock = clockProblem(progress?.clockOffsetMs ?? null);
  if (clock !== null) {
    const why = "sessions of several machines stand in the wrong order";
    found.push({ what: clock, why, mend: "set the clock by the network, and push again" });
  }
  return found.map((finding) => ({ check: "sync", severity: "note", ...finding }));
}

/** What stops sync, as far as this machine knows: it opens no connection. */
export const sync: Check = {
  name: "sync",
  async run(ctx, { settings: { sync: values } }) {
    if (!isSetUp(values)) return [];
    const here = await readHere(ctx, parseSyncSettings(values));
    return findingsOf(here, ctx.now()).map((finding) => ({ finding }));
  },
};
