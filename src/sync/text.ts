import { table } from "../cli/table.ts";
import { counted, escapeControls, firstChars } from "../text/text.ts";
import type { Foreseen } from "./push/foresee.ts";
import type { Pushed } from "./push/run.ts";
import type { Pulled } from "./replica/run.ts";

const BUSY = "Another mm is syncing this database.\n";

const keptHere = (sessions: number) =>
  `Kept here: ${counted(sessions, "session")} of projects that aren't released`;

/** What a push has done, for people. */
export function pushText(pushed: Pushed, place: string): string {
  if (pushed.isBusy) return BUSY;
  const { sessions, events, skipped, deleted, quarantined } = pushed;
  const lines: string[] = [];
  if (pushed.wasRestored) {
    lines.push("This database was restored from a backup, so it is a new source from now on.");
  }
  if (sessions > 0) {
    lines.push(
      `Pushed ${counted(sessions, "session")} and ${counted(events, "event")} to ${place}`,
    );
  } else if (deleted === 0) lines.push(`Nothing new to push to ${place}`);
  if (deleted > 0) lines.push(`Deleted on ${place}: ${counted(deleted, "session")}`);
  if (skipped > 0) {
    lines.push(keptHere(skipped));
  }
  if (quarantined > 0) {
    lines.push(`Refused by the server: ${counted(quarantined, "row")}; mm sync status shows which`);
  }
  return `${lines.join("\n")}\n`;
}

const MOST_CHARACTERS = 160;

/** What a push would send, for people. */
export function foreseenText(foreseen: Foreseen, place: string): string {
  const { projects, samples, skipped, deleted } = foreseen;
  const total = projects.reduce((sum, { sessions }) => sum + sessions, 0);
  const rows = projects.map(({ project, sessions, events }) => [
    project ?? "(no project)",
    String(sessions),
    String(events),
  ]);
  const counts = table(["Project", "Sessions", "Events"], rows, { right: [1, 2] });
  const shown = samples.map(
    ({ project, type, content }) =>
      `  ${escapeControls(`${project ?? "(no project)"} · ${type}: ${firstChars(content, MOST_CHARACTERS)}`)}`,
  );
  const lines = [
    total === 0
      ? `Nothing would leave for ${place}`
      : `Would push ${counted(total, "session")} to ${place}`,
    ...(deleted === 0 ? [] : [`Would delete there: ${counted(deleted, "session")}`]),
    ...(skipped === 0 ? [] : [keptHere(skipped)]),
    ...(total === 0 ? [] : ["", counts.trimEnd()]),
    ...(shown.length === 0 ? [] : ["", "For example, as it would be sent:", ...shown]),
  ];
  return `${lines.join("\n")}\n`;
}

/** What a pull has done, for people. */
export function pullText(pulled: Pulled, areOwnAlone: boolean): string {
  const { sessions, events, deleted, machines, isBusy } = pulled;
  if (isBusy) return BUSY;
  if (machines.length === 0) {
    return areOwnAlone
      ? "No other machine of yours has pushed yet. A team's: mm sync pull --machine all\n"
      : "No other machine that you may see has pushed yet.\n";
  }
  const from = escapeControls([...new Set(machines)].join(", "));
  const lines = [
    sessions === 0
      ? `Nothing new on ${from}`
      : `Pulled ${counted(sessions, "session")} and ${counted(events, "event")} from ${from}`,
    ...(deleted === 0 ? [] : [`Deleted here: ${counted(deleted, "session")}`]),
  ];
  return `${lines.join("\n")}\n`;
}
