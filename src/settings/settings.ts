import { readSmallFile } from "../files/small-file.ts";
import type { Capture } from "../record/content.ts";
import { type Duration, durationMs } from "../text/duration.ts";

/** `<home>/mm.json`. */
export interface Settings {
  readonly capture: Capture;
  /** Whether a session-start tells the agent of earlier sessions. */
  readonly context: boolean;
  /** Hook-made sessions without a sign of life for this long are ended. */
  readonly stale: Duration;
  /** Ended sessions without a sign of life for this long are removed, once a day; null for never. */
  readonly gc: Duration | null;
  /** Clients whose hooks report prompts, so that a session without any had none. */
  readonly prompts: readonly string[];
}

const DAY: Duration = { ms: 86_400_000, typed: "24h" };

function isCapture(value: unknown): value is Capture {
  return value === "none" || value === "summary" || value === "full";
}

function isDuration(value: unknown): value is string {
  return typeof value === "string" && durationMs(value) !== null;
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

const CHECKS = {
  capture: isCapture,
  context: (value: unknown) => typeof value === "boolean",
  stale: isDuration,
  gc: isDuration,
  prompts: isList,
} as const;

/** People comment their settings; the installer keeps comments, too. */
function parseWithComments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return Bun.JSONC.parse(text);
  }
}

function parse(text: string): Record<string, unknown> {
  const value = parseWithComments(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError();
  return value as Record<string, unknown>;
}

/** The values of the file, or null where it can't be read as settings. */
async function readValues(
  path: string,
  warn: (message: string) => void,
): Promise<Record<string, unknown> | null> {
  const file = await readSmallFile(path);
  if (file.kind === "absent") return {};
  try {
    if (file.kind === "text") return parse(file.text);
    warn(`passed over ${path}: ${file.problem}`);
  } catch {
    warn(`passed over ${path}: not a JSON object`);
  }
  return null;
}

/** What somebody who asked for less than everything may have meant is not recorded. */
function captureOf(values: Record<string, unknown> | null): Capture {
  const capture = values === null ? null : (values["capture"] ?? "summary");
  return isCapture(capture) ? capture : "none";
}

/**
 * Reads the settings. What is missing has its default; what is wrong, too, and is told to `warn`, but for
 * `capture`, of which the least is taken then.
 */
export async function loadSettings(
  home: string,
  warn: (message: string) => void,
): Promise<Settings> {
  const path = `${home}/mm.json`;
  const read = await readValues(path, warn);
  const values = read ?? {};
  const wrong = Object.keys(CHECKS).filter(
    (key) => values[key] !== undefined && !CHECKS[key as keyof typeof CHECKS](values[key]),
  );
  for (const key of wrong) warn(`passed over "${key}" in ${path}: ${JSON.stringify(values[key])}`);
  const { context, stale, gc, prompts } = values;
  return {
    capture: captureOf(read),
    context: context === true,
    stale: isDuration(stale) ? { ms: durationMs(stale) ?? DAY.ms, typed: stale } : DAY,
    gc: isDuration(gc) ? { ms: durationMs(gc) ?? 0, typed: gc } : null,
    prompts: isList(prompts) ? prompts : [],
  };
}
