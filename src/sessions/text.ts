import { titleOf } from "../store/rows.ts";
import { escapeControls } from "../text/text.ts";
import type { EndResult } from "./end.ts";
import type { LogOutcome } from "./log-typed.ts";
import type { Renamed } from "./rename.ts";
import type { StartResult } from "./start/model.ts";

export function startText({ session, resumed, staleIds, crossAgentId }: StartResult): string {
  const title = titleOf(session);
  const parts = [
    staleIds.length > 0 && `${staleIds.length} stale`,
    crossAgentId !== null && "1 cross-agent",
  ].filter((part) => part !== false);
  const ended = staleIds.length + (crossAgentId === null ? 0 : 1);
  // memtomem writes it so, and people look for its words.
  const autoEnded = `  Auto-ended ${ended} session(s) (${parts.join(", ")})`;
  return [
    `Session ${resumed ? "resumed" : "started"}: ${escapeControls(session.id)}`,
    ...(title === null ? [] : [`  Title: ${escapeControls(title)}`]),
    `  Agent: ${escapeControls(session.agentId)}`,
    `  Namespace: ${escapeControls(session.namespace)}`,
    ...(ended === 0 ? [] : [autoEnded]),
    "",
  ].join("\n");
}

/** Lines for stderr: sessions that stay active, and options that a resumed session ignores. */
export function startNotes(
  { resumed, leftActive }: StartResult,
  given: { readonly title?: string | undefined; readonly namespace?: string | undefined },
): string[] {
  const notes = leftActive.map(
    ({ id }) => `session ${id} stays active; to end it: mm session end ${id}`,
  );
  const ignored = [
    given.title !== undefined && "--title",
    given.namespace !== undefined && "--namespace",
  ].filter((name) => name !== false);
  return resumed && ignored.length > 0
    ? [...notes, `${ignored.join(" and ")} ignored: the session already exists`]
    : notes;
}

export function endText({ id, summary }: EndResult): string {
  const told = summary === null ? "" : `  Summary: ${escapeControls(summary)}\n`;
  return `Session ended: ${escapeControls(id)}\n${told}`;
}

export function renameText({ id, title }: Renamed): string {
  return `Session renamed: ${escapeControls(id)}\n  Title: ${escapeControls(title)}\n`;
}

/** A line for stderr that says why nothing was logged. Null if it was, or if no session was expected. */
export function logNote(outcome: LogOutcome): string | null {
  if (outcome.kind === "skipped" && outcome.because !== null)
    return `nothing was logged: ${outcome.because.message}`;
  if (outcome.kind !== "failed") return null;
  const { message, hint } = outcome.error;
  return `nothing was logged: ${message}${hint === undefined ? "" : `; ${hint}`}`;
}
