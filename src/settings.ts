import { type Duration, durationMs } from "./domain/duration.ts";
import type { Capture } from "./domain/hook-content.ts";
import { readSmallFile } from "./store/small-file.ts";

/** `<home>/mm.json`. */
export interface Settings {
  readonly capture: Capture;
  /** Whether a session-start tells the agent of earlier sessions. */
  readonly context: boolean;
  /** Hook-made sessions without a sign of life for this long are ended. */
  readonly stale: Duration;
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
  prompts: isList,
} as const;

function parse(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError();
  return value as Record<string, unknown>;
}

/** Reads the settings; what is missing or wrong is told to `warn` and has its default. */
export async function loadSettings(
  home: string,
  warn: (message: string) => void,
): Promise<Settings> {
  const path = `${home}/mm.json`;
  const file = await readSmallFile(path);
  let values: Record<string, unknown> = {};
  try {
    if (file.kind === "text") values = parse(file.text);
    else if (file.kind === "unusable") warn(`passed over ${path}: ${file.problem}`);
  } catch {
    warn(`passed over ${path}: not a JSON object`);
  }
  const wrong = Object.keys(CHECKS).filter(
    (key) => values[key] !== undefined && !CHECKS[key as keyof typeof CHECKS](values[key]),
  );
  for (const key of wrong) warn(`passed over "${key}" in ${path}: ${JSON.stringify(values[key])}`);
  const { capture, context, stale, prompts } = values;
  return {
    capture: isCapture(capture) ? capture : "summary",
    context: context === true,
    stale: isDuration(stale) ? { ms: durationMs(stale) ?? DAY.ms, typed: stale } : DAY,
    prompts: isList(prompts) ? prompts : [],
  };
}
