import { type Machine, machineText } from "./machine.ts";
import { isReached, type Section, sectionText } from "./table.ts";

/** The results of a run. `--json` writes this object. */
export interface Report {
  readonly machine: Machine;
  /** The number of calls per median; 0 if no single call was timed. */
  readonly calls: number;
  readonly seconds: number;
  readonly notes: readonly string[];
  readonly sections: readonly Section[];
}

export function reportText({ machine, calls, seconds, notes, sections }: Report): string {
  const judged = sections
    .flatMap((section) => section.results)
    .map(isReached)
    .filter((reached) => reached !== null);
  const reached = judged.filter(Boolean).length;
  const often = calls === 0 ? "" : `medians of ${calls} calls; `;
  return [
    "# What mm costs\n",
    `${machineText(machine)}\n- ${often}${seconds} s in all\n`,
    ...notes.map((note) => `${note}\n`),
    ...sections.map(sectionText),
    `${reached} of ${judged.length} goals reached.`,
  ].join("\n");
}
