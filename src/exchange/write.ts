import type { LateProgress } from "../cli/progress.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import type { OutputFile } from "../files/output-file.ts";
import { sessionNotFound, sessionToRead } from "../sessions/which.ts";
import type { Env } from "../settings/environment.ts";
import { loadSettings } from "../settings/settings.ts";
import type { View } from "../store/store.ts";
import { toTimestamp } from "../text/time.ts";
import { type ExportFormat, exportSessions } from "./export.ts";
import type { LocalTimes } from "./facts.ts";
import { json, jsonLines } from "./json.ts";
import { markdown } from "./markdown.ts";
import { html } from "./page/html.ts";
import type { Totals } from "./record.ts";
import { countSelected, localClock, type Selection } from "./sql.ts";

const FORMATS = { md: markdown, json, jsonl: jsonLines, html } as const satisfies Readonly<
  Record<string, (exportedAt: string, clock: LocalTimes) => ExportFormat>
>;

export type FormatName = keyof typeof FORMATS;

/** What to export, and in which format. */
export interface ExportRequest {
  /** Ids, prefixes of ids, or `last`; empty for the current session. */
  readonly ids: readonly string[];
  readonly all: boolean;
  /** All sessions that started at or after this timestamp. */
  readonly since: string | null;
  readonly format: FormatName;
}

const NO_SESSION = new UserError(
  "no_session",
  "there is no session to export",
  "name one, or use --all; `mm session list` shows them",
);

async function idOf(view: View, env: Env, id: string | undefined): Promise<string> {
  const found = await sessionToRead(view, env, id);
  if (found.kind === "found") return found.session.id;
  if (found.kind === "none") throw NO_SESSION;
  throw sessionNotFound(found.id, NO_SESSION.hint);
}

async function select(view: View, env: Env, request: ExportRequest): Promise<Selection> {
  const { ids, all, since } = request;
  if (all || (since !== null && ids.length === 0)) return { kind: "since", since };
  const named: string[] = [];
  for (const id of ids.length > 0 ? ids : [undefined]) named.push(await idOf(view, env, id));
  return { kind: "ids", ids: [...new Set(named)] };
}

/** The requested format, else the one of the file's extension, else Markdown. */
export function formatOf(asked: FormatName | undefined, output: string | undefined): FormatName {
  const extension = /\.(md|jsonl?|html)$/u.exec(output ?? "")?.[1];
  return asked ?? (extension as FormatName | undefined) ?? "md";
}

/**
 * Exports by calling `write`, which returns false once nobody reads any more.
 * @throws UserError `no_session`, `session_not_found`, `session_ambiguous`
 */
export async function exportTo(
  ctx: Pick<Context, "env" | "now" | "store" | "warnings">,
  request: ExportRequest,
  progress: LateProgress,
  write: (text: string) => Promise<boolean>,
): Promise<Totals> {
  const store = await ctx.store();
  const { prices } = await loadSettings(store.home, (message) => void ctx.warnings.push(message));
  const totals = await store.read(async (view) => {
    const selection = await select(view, ctx.env, request);
    const format = FORMATS[request.format](toTimestamp(ctx.now()), localClock(view));
    if (progress.isShown) progress.begin(countSelected(view, selection).events);
    return await exportSessions(
      view,
      selection,
      { format, prices },
      {
        write: async (text) => {
          const isRead = await write(text);
          await progress.turn();
          return isRead;
        },
        progress: progress.show,
      },
    );
  });
  if (totals === undefined) throw NO_SESSION;
  return totals;
}

/**
 * Exports to a file, which appears complete or not at all.
 * @throws UserError like `exportTo`, and `output` if the file can't be written or already exists
 */
export async function exportToFile(
  ctx: Pick<Context, "beforeSignalled" | "env" | "newId" | "now" | "store" | "warnings">,
  request: ExportRequest,
  progress: LateProgress,
  { path, replace }: { readonly path: string; readonly replace: boolean },
): Promise<Totals> {
  const { createOutputFile } = await import("../files/output-file.ts");
  const opened: { file?: OutputFile } = {};
  const release = ctx.beforeSignalled(() => opened.file?.discard());
  try {
    const file = createOutputFile(path, replace, ctx.newId());
    opened.file = file;
    const totals = await exportTo(ctx, request, progress, async (text) => {
      file.write(text);
      // Writing to a file is synchronous, so signals need a chance to get through.
      await Bun.sleep(0);
      return true;
    });
    file.finish();
    return totals;
  } catch (error) {
    opened.file?.discard();
    throw error;
  } finally {
    release();
  }
}
