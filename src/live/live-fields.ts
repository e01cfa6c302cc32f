import { type Session, titleOf } from "../sessions/plan.ts";
import { formatAge } from "../text/age.ts";
import { escapeControls } from "../text/text.ts";

/** What `mm ps --format` may name. */
export const LIVE_FIELDS = [
  "agent",
  "state",
  "age",
  "event",
  "project",
  "branch",
  "title",
  "id",
  "full_id",
  "model",
  "cwd",
  "others",
] as const;

export type LiveField = (typeof LIVE_FIELDS)[number];

/** A live session, as far as it is shown. */
export interface ShownLive extends Session {
  readonly state: string;
  readonly ageMs: number | null;
  readonly lastType: string | null;
  readonly projectName: string | null;
  readonly branch: string | null;
  readonly shortId: string;
  readonly model: string | null;
  readonly cwd: string | null;
  readonly others: number;
}

const VALUES: Readonly<Record<LiveField, (session: ShownLive) => string | null>> = {
  agent: ({ agentId }) => agentId,
  state: ({ state }) => state,
  age: ({ ageMs }) => (ageMs === null ? null : formatAge(ageMs)),
  event: ({ lastType }) => lastType,
  project: ({ projectName }) => projectName,
  branch: ({ branch }) => branch,
  title: titleOf,
  id: ({ shortId }) => shortId,
  full_id: ({ id }) => id,
  model: ({ model }) => model,
  cwd: ({ cwd }) => cwd,
  others: ({ others }) => String(others),
};

/** A field as safe text of one line, empty where nothing is known. */
export function liveField(session: ShownLive, field: LiveField): string {
  return escapeControls(VALUES[field](session) ?? "");
}
