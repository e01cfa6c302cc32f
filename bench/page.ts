import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { agentSection } from "./agent-table.ts";
import type { AgentResult } from "./beside/agent-results.ts";
import type { PeerReport } from "./beside/peers.ts";
import type { VersionReport } from "./beside/versions.ts";
import { chart } from "./chart.ts";
import { type HistoryReport, historyText } from "./history/text.ts";
import type { Report } from "./report.ts";
import { markdown, sectionText } from "./table.ts";

// `bun run bench:page`: rewrites the tables and the picture of docs/benchmarks.md from bench/results/.

const ROOT = `${import.meta.dir}/..`;
const PAGE = `${ROOT}/docs/benchmarks.md`;

function resultOf<T>(name: string): T | null {
  const file = `${import.meta.dir}/results/${name}.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : null;
}

/** The runs of parts of the rows as one: sections of the same title are one section. */
function merged(parts: readonly Report[]): Report | null {
  const [first] = parts;
  if (first === undefined) return null;
  const titles = new Set(parts.flatMap(({ sections }) => sections.map(({ title }) => title)));
  const sections = [...titles].map((title) => ({
    title,
    results: parts.flatMap(
      (part) => part.sections.find((each) => each.title === title)?.results ?? [],
    ),
  }));
  return { ...first, sections };
}

function commandReports(): Report[] {
  const names = [...new Bun.Glob("commands*.json").scanSync(`${import.meta.dir}/results`)].sort();
  return names.flatMap((name) => resultOf<Report>(name.replace(/\.json$/u, "")) ?? []);
}

function commands({ machine, calls, sections }: Report): string[] {
  const { cpu, cores, kernel, memory, bun, mm, load } = machine;
  return [
    `${cpu}, ${cores} cores, ${kernel}, ${memory}; ${mm}, Bun ${bun}; medians of ${calls} calls; load ${load.toFixed(1)} before the start.`,
    ...sections.map(sectionText),
  ];
}

function peers({ rounds, cpu, kernel, load, results, missing }: PeerReport): string[] {
  const ms = (value: number) => value.toFixed(1);
  const rows = results.map(({ name, keeps, ms: plain, cpuMs, addedMs, addedOnAverageMs }) => {
    const added = [addedMs, addedOnAverageMs].map((each) => ms(Math.max(0, each)));
    return [name, ms(plain), ms(cpuMs), ...added, keeps];
  });
  const head = ["Call", "ms", "CPU ms", "+ slow fsync", "on average", "What it keeps"];
  return [
    "## Beside other programs\n",
    `Each call once in each of ${rounds} rounds, in random order, homes on a memory file system; ${cpu}, Linux ${kernel}, load ${load.toFixed(1)} before the start. The two columns with a plus say what is added where each fsync takes 2 ms longer: at the median, and on average, since \`mm\` syncs at every sixteenth call or so.\n`,
    "![Milliseconds of a hook call, with and without a slow fsync](benchmarks.svg)\n",
    markdown([head, ...rows]),
    `\nNot measured: ${Object.entries(missing)
      .map(([name, why]) => `${name} (${why})`)
      .join("; ")}.\n`,
  ];
}

function versions({ own, other, rounds, results }: VersionReport): string[] {
  const mb = (value: number | null) => (value === null ? "" : value.toFixed(1));
  const rows = results.map(({ name, ownMs, otherMs, difference: by, ownMb, otherMb }) => [
    name,
    ownMs.toFixed(2),
    otherMs.toFixed(2),
    `${by.median.toFixed(2)} (${by.low.toFixed(2)} to ${by.high.toFixed(2)})`,
    mb(ownMb),
    mb(otherMb),
  ]);
  const head = ["Processor time, ms", own, other, "difference", `${own}, MB`, `${other}, MB`];
  return [
    `## Bun ${own} and ${other}\n`,
    `The same source, built by both, two copies each, ${rounds} rounds. The version stands in \`package.json\`; \`bun run bench --bun VERSION\` compares another.\n`,
    `${markdown([head, ...rows])}\n`,
  ];
}

function rewrite(text: string): void {
  const page = readFileSync(PAGE, "utf8");
  const [before, , after] = page.split(/<!-- \/?bench -->\n/u);
  writeFileSync(PAGE, `${before}<!-- bench -->\n${text}\n<!-- /bench -->\n${after}`);
}

const [ofCommands, ofPeers, ofAgents, ofVersions, ofHistory] = [
  merged(commandReports()),
  resultOf<PeerReport>("peers"),
  resultOf<AgentResult[]>("agents"),
  resultOf<VersionReport>("versions"),
  resultOf<HistoryReport>("history"),
];
rewrite(
  [
    ...agentSection(ofAgents ?? []),
    ...(ofPeers === null ? [] : peers(ofPeers)),
    ...(ofHistory === null ? [] : [historyText(ofHistory)]),
    ...(ofVersions === null ? [] : versions(ofVersions)),
    ...(ofCommands === null ? [] : commands(ofCommands)),
  ].join("\n"),
);
if (ofPeers !== null) writeFileSync(`${ROOT}/docs/benchmarks.svg`, chart(ofPeers));
