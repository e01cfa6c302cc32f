import type { LateProgress } from "../cli/progress.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import type { OutputFile } from "../files/output-file.ts";
import type { ReadStores } from "../machines/model.ts";
import { withStores } from "../machines/stores.ts";
import { type Opened, openTogether } from "../machines/together.ts";
import { whereIs } from "../machines/which.ts";
import { sessionNotFound, sessionToRead } from "../sessions/which.ts";
import { loadSettings } from "../settings/settings.ts";
import { toTimestamp } from "../text/time.ts";
import { countAll, type ExportFormat, type ExportPart, exportSessions } from "./export.ts";
import type { LocalTimes } from "./facts.ts";
import { json, jsonLines } from "./json.ts";
import { markdown } from "./markdown.ts";
import { html } from "./page/html.ts";
import type { Totals } from "./record.ts";
import { localClock, type Selection } from "./sql.ts";

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
  /** The names of the machines; undefined for this one. */
  readonly machine: string | undefined;
}

const NO_SESSION = new UserError(
  "no_session",
  "there is no session to export",
  "name one, or use --all; `mm session list` shows them",
);

async function idOf({ view, from }: Opened, id: string | undefined): Promise<string> {
  const found = await sessionToRead(view, from.ctx.env, id);
  if (found.kind === "found") return found.session.id;
  if (found.kind === "none") throw NO_SESSION;
  throw sessionNotFound(found.id, NO_SESSION.hint);
}

function partOf({ view, from }: Opened, selection: Selection): ExportPart {
  const machineOf = (id: string) => from.machines?.find(view.db, [id]).get(id) ?? null;
  return { view, selection, machineOf };
}

/** What is exported of the stores that are open, in this order. */
async function select(
  opened: readonly Opened[],
  stores: ReadStores,
  { ids, all, since }: ExportRequest,
): Promise<ExportPart[]> {
  if (all || (since !== null && ids.length === 0)) {
    return opened.map((one) => partOf(one, { kind: "since", since }));
  }
  const named = new Map<string, ExportPart>();
  for (const asked of ids.length > 0 ? ids : [undefined]) {
    const { from, id } = await whereIs(stores, asked);
    const one = opened.find((each) => each.from === from) ?? (opened[0] as Opened);
    const found = await idOf(one, id);
    if (!named.has(found)) named.set(found, partOf(one, { kind: "ids", ids: [found] }));
  }
  return [...named.values()];
}

/** The requested format, else the one of the file's extension, else Markdown. */
export function formatOf(asked: FormatName | undefined, output: string | undefined): FormatName {
  const extension = /\.(md|jsonl?|html)$/u.exec(output ?? "")?.[1];
  return asked ?? (extension as FormatName | undefined) ?? "md";
}

/**
 * Exports by calling `write`, which returns false once nobody reads any more.
 * @throws UserError `no_session`, `session_not_found`, `session_ambiguous`, `sync_source`
 */
export async function exportTo(
  ctx: Context,
  request: ExportRequest,
  progress: LateProgress,
  write: (text: string) => Promise<boolean>,
): Promise<Totals> {
  const store = await ctx.store();
  const { prices } = await loadSettings(store.home, (message) => void ctx.warnings.push(message));
  const target = {
    write: async (text: string) => {
      const isRead = await write(text);
      await progress.turn();
      return isRead;
    },
    progress: progress.show,
  };
  const exportFrom = async (stores: ReadStores) =>
    await openTogether(stores, async (opened) => {
      const [{ view }] = opened as [Opened];
      const parts = await select(opened, stores, request);
      const format = FORMATS[request.format](toTimestamp(ctx.now()), localClock(view));
      if (progress.isShown) progress.begin(countAll(parts).events);
      return await exportSessions(parts, { format, prices }, target);
    });
  // Half an export is none.
  const totals = await withStores(ctx, request.machine, exportFrom, () => false);
  if (totals === undefined) throw NO_SESSION;
  return totals;
}

/**
 * Exports to a file, which appears complete or not at all.
 * @throws UserError like `exportTo`, and `output` if the file can't be written or already exists
 */
export async function exportToFile(
  ctx: Context,
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
