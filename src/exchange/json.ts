import { machineJson } from "../machines/json.ts";
import { toJson } from "../text/text.ts";
import type { ExportFormat } from "./export.ts";
import type { Imported } from "./import.ts";
import type { Totals } from "./record.ts";
import { EXPORT_VERSION, toExported } from "./record.ts";

function header(exportedAt: string) {
  return { kind: "mm-export", version: EXPORT_VERSION, exported_at: exportedAt };
}

/** The lossless format: a line for the header, one for each session and each of its events, and one for the totals. */
export function jsonLines(exportedAt: string): ExportFormat {
  const line = (value: unknown) => `${toJson(value)}\n`;
  return {
    begin: () => [line(header(exportedAt))],
    session: (session) =>
      line({ kind: "session", ...toExported(session), ...machineJson(session.machine) }),
    event: (event, session) =>
      line({ kind: "event", session_id: session.row["id"], ...toExported(event) }),
    endSession: () => "",
    end: (totals) => line({ kind: "end", ...totals }),
  };
}

/** A single JSON document with the same objects, events nested in their session. */
export function json(exportedAt: string): ExportFormat {
  let isFirstSession = true;
  let isFirstEvent = true;
  return {
    begin: () => [`${toJson(header(exportedAt)).slice(0, -1)},"sessions":[`],
    session: (session) => {
      const comma = isFirstSession ? "\n" : ",\n";
      isFirstSession = false;
      isFirstEvent = true;
      const exported = { ...toExported(session), ...machineJson(session.machine) };
      return `${comma}${toJson(exported).slice(0, -1)},"events":[`;
    },
    event: (event) => {
      const comma = isFirstEvent ? "\n" : ",\n";
      isFirstEvent = false;
      return `${comma}${toJson(toExported(event))}`;
    },
    endSession: () => "]}",
    end: () => "]}\n",
  };
}

/** The document of an export to a file. */
export function exportJson(totals: Totals, file: string, format: string) {
  return { file, format, ...totals };
}

export function importJson({ sessions, events, alreadyThere, leftAlone }: Imported) {
  return { sessions, events, already_there: alreadyThere, left_alone: leftAlone };
}
