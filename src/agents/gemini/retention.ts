import type { Env } from "../../settings/environment.ts";
import { nameOf } from "../history/draft.ts";
import type { HistoryFiles, Retention } from "../history/model.ts";
import { object, text } from "../wire/payload.ts";

const DAYS = 30;
const DAYS_OF: Readonly<Record<string, number>> = { h: 1 / 24, d: 1, w: 7, m: 30 };
const AGE = /^(\d+)([hdwm])$/u;

function daysOf(age: string | null): number | null {
  const [, count, unit = ""] = AGE.exec(age ?? "") ?? [];
  return count === undefined ? null : Number(count) * (DAYS_OF[unit] ?? 1);
}

/**
 * Gemini deletes what is older when it starts. A session that was resumed in another minute has two files, and the
 * shorter one takes the longer one along.
 */
export function geminiRetention(env: Env, files: Pick<HistoryFiles, "json">): Retention | null {
  const home = env.GEMINI_CLI_HOME || env.HOME || env.USERPROFILE;
  const settings = home ? files.json(`${home}/.gemini/settings.json`) : null;
  const kept = object(object(settings, "general"), "sessionRetention");
  if (kept?.["enabled"] === false) return null;
  return {
    days: daysOf(text(kept, "maxAge")) ?? DAYS,
    setting: "general.sessionRetention",
    endsAtNextStart: (paths) =>
      paths.filter((path) => nameOf(path).startsWith("session-")).length > 1,
  };
}
