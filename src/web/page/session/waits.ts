import type { LiveDocument, LiveRow } from "../documents.ts";
import { useDocument } from "../load.ts";
import { askedMachine, live, written } from "../state.ts";

/** Whether another machine has pushed it. */
export function isElsewhere({ source_id: source }: Pick<LiveRow, "source_id">): boolean {
  return source !== null && source !== undefined;
}

/** Why a session waits, in its agent's words where they are known; of another machine a push may bring titles alone. */
export function reasonOf(row: LiveRow): string {
  const { state, last_event: type, last_event_content: content, machine = "its machine" } = row;
  if (content !== null && content !== "") return content;
  if (isElsewhere(row) && type === null) return `Only ${machine} knows why.`;
  return state === "waiting" ? "Its turn is over." : "";
}

/** A session's row among the live ones of this machine, as they are told, or of others, as they are asked for. */
export function useLiveRow(session: { id: string } & Pick<LiveRow, "source_id">) {
  const path = isElsewhere(session) ? "ps" : null;
  const machine = askedMachine();
  const asked = useDocument<LiveDocument>(path, { machine }, written.value);
  const { value } = path === null ? live : asked;
  return value?.sessions.find(({ id }) => id === session.id);
}
