import type { Env } from "../../settings/environment.ts";
import { PROMPT_LOG } from "../../text/paths.ts";
import type { HistoryFiles, Retention } from "../history/model.ts";
import { number } from "../wire/payload.ts";
import { claudeFolders } from "./sources.ts";

const SETTING = "cleanupPeriodDays";
const DAYS = 30;

/** Claude deletes what is older when it starts; of several folders the one that keeps least counts. */
export function claudeRetention(env: Env, files: Pick<HistoryFiles, "json">): Retention {
  const set = claudeFolders(env).flatMap(
    (folder) => number(files.json(`${folder}/settings.json`), SETTING) ?? [],
  );
  return {
    days: Math.max(0, Math.min(...(set.length === 0 ? [DAYS] : set))),
    setting: SETTING,
    isKept: (path) => path.endsWith(`/${PROMPT_LOG}`),
  };
}
