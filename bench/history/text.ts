import { markdown } from "../table.ts";

/** What reading transcripts takes. */
export interface HistoryReport {
  readonly cpu: string;
  /** The load average of the last minute before the start. */
  readonly load: number;
  /** Its version. */
  readonly ccusage: string;
  readonly rounds: number;
  readonly files: number;
  /** Of all transcripts. */
  readonly bytes: number;
  /** Of the database in which all is stored. */
  readonly database: number;
  readonly results: readonly {
    readonly name: string;
    readonly cpuMs: number;
    readonly wallMs: number;
    /** Null where it can't be measured. */
    readonly memoryMb: number | null;
    /** Whether it reads them. */
    readonly reads: boolean;
  }[];
}

/** The section of the page. */
export function historyText(report: HistoryReport): string {
  const { cpu, load, ccusage, rounds, files, bytes, database, results } = report;
  const rows = results.map(({ name, cpuMs, wallMs, memoryMb, reads }) => [
    name,
    cpuMs.toFixed(0),
    wallMs.toFixed(0),
    reads ? (bytes / 1000 / cpuMs).toFixed(0) : "",
    memoryMb?.toFixed(0) ?? "",
  ]);
  const head = ["Program", "CPU ms", "ms", "MB a CPU second", "Memory, MB"];
  return [
    "## Transcripts\n",
    `${(bytes / 1e6).toFixed(0)} MB of Claude Code's, in ${files} files; ccusage ${ccusage}, which counts tokens and stores nothing. Medians of ${rounds} rounds in random order, two copies of each program, nothing stored before but in the last row; ${cpu}, load ${load.toFixed(1)} before the start. The database takes ${(database / 1e6).toFixed(1)} MB, ${(database / files / 1000).toFixed(0)} kB for a session.\n`,
    markdown([head, ...rows]),
    "",
  ].join("\n");
}
