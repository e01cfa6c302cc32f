import { AGENTS } from "../agents/agents.ts";
import { titleOf } from "../store/rows.ts";
import { escapeControls } from "../text/text.ts";
import type { Arrived, Awaited } from "./wait.ts";

const DOES: Readonly<Record<Awaited, string>> = {
  asks: "asks",
  busy: "is busy",
  waiting: "is waiting",
  idle: "is idle",
  stale: "is stale",
  gone: "is gone",
  ended: "has ended",
};

/** For who might think that nothing happens. */
export function waitingText(states: readonly Awaited[]): string {
  return `Waiting until a session ${states.map((state) => DOES[state]).join(" or ")}. Ctrl-C stops.\n`;
}

/** A sentence for a notification: `Claude Code asks: fix the parser (shop)`. */
export function waitText(session: Arrived): string {
  const known = Object.values(AGENTS).find(({ agentId }) => agentId === session.agentId);
  const title = titleOf(session);
  const about = title === null ? "" : `: ${title}`;
  const where = session.projectName === null ? "" : ` (${session.projectName.distinct})`;
  const sentence = `${known?.name ?? session.agentId} ${DOES[session.state]}${about}${where}`;
  return `${escapeControls(sentence)}\n`;
}
