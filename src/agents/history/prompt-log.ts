import type { Payload } from "../wire/payload.ts";
import { Draft, objects } from "./draft.ts";
import type { HistoryFiles, HistoryPart, HistorySource } from "./model.ts";

const DAY_MS = 24 * 3600 * 1000;

/** What a line says that a person has typed. */
interface Typed {
  readonly session: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
  readonly cwd: string | null;
}

type Decode = (line: Payload) => Typed | null;

/** When the last prompt of each session was typed. */
function lastTimes(path: string, files: HistoryFiles, decode: Decode): Map<string, number> {
  const times = new Map<string, number>();
  const latest = files.latest(path);
  for (const line of objects(files, path)) {
    const typed = decode(line);
    if (typed === null || typed.at > latest) continue;
    times.set(typed.session, Math.max(typed.at, times.get(typed.session) ?? 0));
  }
  return times;
}

/**
 * Sessions of which only the prompts are left, in a file that an agent keeps of all that was typed. A session whose
 * transcript is there, or was read, is whole without it; one of the last day may still get a transcript.
 */
export function* promptLog(
  { paths, mark, isWanted = () => true }: HistorySource,
  files: HistoryFiles,
  decode: Decode,
): Generator<HistoryPart> {
  if (!files.wantsEvents) return;
  const [path = ""] = paths;
  const times = lastTimes(path, files, decode);
  const until = [...times.values()].reduce((a, b) => Math.max(a, b), DAY_MS) - DAY_MS;
  const isLeft = (id: string, last: number) =>
    last >= mark && last < until && isWanted(id, last) && !files.hasTranscript(id);
  const left = new Map([...times].filter(([id, last]) => isLeft(id, last)));
  const drafts = new Map([...left.keys()].map((id) => [id, new Draft(files, path, id)]));
  for (const line of drafts.size === 0 ? [] : files.lines(path)) {
    const typed = line === null ? null : decode(line);
    const draft = typed === null ? undefined : drafts.get(typed.session);
    if (typed === null || draft === undefined) continue;
    draft.first({ cwd: typed.cwd });
    const { at, text } = typed;
    draft.event({ kind: "prompt", at, id: `typed:${at}`, text });
  }
  for (const draft of drafts.values()) yield draft.part();
  files.mark(Math.max(1, until));
}
