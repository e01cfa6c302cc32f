import { table } from "../../cli/table.ts";
import { formatAge } from "../../text/duration.ts";
import { counted, escapeControls } from "../../text/text.ts";
import { serverPlace } from "../remote/address.ts";
import { clockProblem } from "./clock.ts";
import type { Here } from "./here.ts";
import type { SyncStatus, There } from "./status.ts";

const ago = (ms: number | null | undefined, now: Date) =>
  ms ? `${formatAge(now.getTime() - ms)} ago` : "never";

function facts(status: SyncStatus, now: Date): [string, string][] {
  const { settings, here, there } = status;
  const { progress, waiting } = here;
  const released = settings.projects.includes("*") ? "all sessions" : settings.projects.join(", ");
  const keeps = there.keepDays === null ? "" : `, keeps ${counted(there.keepDays, "day")}`;
  return [
    ["Server", `${serverPlace(settings.address)}, schema ${there.version}${keeps}`],
    ["Released", released === "" ? "nothing; mm sync init --project PATTERN" : released],
    ["There", `${counted(there.sessions, "session")}, ${counted(there.events, "event")}`],
    ["Next", waiting === 0 ? "nothing new here" : `${counted(waiting, "session")} to look at`],
    ["Pushed", `${ago(progress?.pushedMs, now)}${settings.auto ? ", after each session" : ""}`],
    ["Pulled", ago(status.pulledMs, now)],
  ];
}

function warnings({ problem, isForeign, refused, refusedCount, progress }: Here, now: Date) {
  const lines: string[] = [];
  if (problem !== null) {
    lines.push(`The last push failed ${ago(problem.ms, now)}: ${escapeControls(problem.text)}`);
  }
  if (isForeign) {
    lines.push(
      "This home was pushed from another machine or folder. If it was moved here: mm sync adopt; if it was copied: mm sync new",
    );
  }
  const clock = clockProblem(progress?.clockOffsetMs ?? null);
  if (clock !== null) lines.push(`${clock.replace(/^t/u, "T")}.`);
  if (refusedCount > 0) {
    lines.push(
      `The server refused ${counted(refusedCount, "row")}. Try again: mm sync push --full`,
    );
  }
  for (const { sessionId, seq, problem: why } of refused) {
    const what = seq === 0 ? sessionId : `${sessionId}, event ${seq}`;
    lines.push(`  ${escapeControls(`${what}: ${why}`)}`);
  }
  return lines;
}

function machines({ sources, sourceId }: There, now: Date): string {
  if (sources.length === 0) return "";
  const isTeam = sources.some(({ isOwn }) => !isOwn);
  const rows = sources.map((source) => [
    `${source.machine}${source.sourceId === sourceId ? " (this one)" : ""}`,
    isTeam ? source.owner : "",
    ago(source.pushedMs, now),
  ]);
  return `\n${table(["Machine", "User", "Pushed"], rows)}`;
}

/** How this machine and the server stand, for people. */
export function syncStatusText(status: SyncStatus, now: Date): string {
  const { here, there } = status;
  const lines = facts(status, now).map(
    ([name, text]) => `${name.padEnd(9)}${escapeControls(text)}`,
  );
  const told = warnings(here, now);
  const notes = told.length === 0 ? "" : `\n${told.join("\n")}\n`;
  return `${lines.join("\n")}\n${notes}${machines(there, now)}`;
}
