import { escapeControls, firstChars } from "../text/text.ts";

/** Agents read no more of it, and every prompt pays for it. */
const MAX_CONTEXT_CHARS = 2000;

/** A session as the context tells of it. */
export interface ContextSession {
  readonly agentName: string;
  /** Local time, to the minute. */
  readonly startedLocal: string;
  readonly title: string | null;
  readonly summary: string | null;
}

/** What a context is made of; each part is a complete text or empty. */
export interface ContextPart {
  readonly name: "earlier" | "live";
  readonly text: string;
}

function describe(session: ContextSession): string {
  const title = session.title === null ? "" : ` "${firstChars(session.title, 80)}"`;
  const summary = session.summary === null ? "" : `: ${firstChars(session.summary, 200)}`;
  return `- ${session.startedLocal} ${session.agentName}${escapeControls(title + summary)}`;
}

function part(name: ContextPart["name"], heading: string, lines: readonly string[]): ContextPart {
  return { name, text: lines.length === 0 ? "" : [heading, ...lines].join("\n") };
}

/** Facts for an agent that starts: earlier sessions of its project and others at work in its tree. Both newest first. */
export function contextParts(
  earlier: readonly ContextSession[],
  live: readonly ContextSession[],
): ContextPart[] {
  return [
    part("live", "Other agent sessions that are active in this working tree:", live.map(describe)),
    part("earlier", "Earlier agent sessions in this project, newest first:", earlier.map(describe)),
  ];
}

/** The parts as one text, whole lines of at most `MAX_CONTEXT_CHARS` characters; empty where there is nothing to say. */
export function contextText(parts: readonly ContextPart[]): string {
  const text = parts
    .map((each) => each.text)
    .filter((each) => each !== "")
    .join("\n");
  if (text.length <= MAX_CONTEXT_CHARS) return text;
  const cut = text.slice(0, MAX_CONTEXT_CHARS);
  return cut.slice(0, cut.lastIndexOf("\n"));
}
