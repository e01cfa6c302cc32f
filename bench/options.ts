import { parseArgs } from "node:util";

export interface Options {
  /** Only rows whose name contains this. */
  readonly only: string;
  readonly jsonFile: string | null;
  /** A compiled `mm` to measure instead of building one. */
  readonly binary: string | null;
  /** A version of Bun to compare with the pinned one, instead of measuring all rows. */
  readonly bun: string | null;
  readonly effort: Effort;
}

/** How often measurements are repeated. */
export interface Effort {
  readonly rounds: number;
  readonly runsPerRound: number;
  /** No further round starts after this time. */
  readonly maxSeconds: number;
  readonly bursts: number;
  readonly memoryRuns: number;
}

const FULL: Effort = {
  rounds: 40,
  runsPerRound: 5,
  maxSeconds: 270,
  bursts: 7,
  memoryRuns: 5,
};
const QUICK: Effort = { rounds: 8, runsPerRound: 4, maxSeconds: 30, bursts: 2, memoryRuns: 2 };

const USAGE = `bun run bench [--quick] [--only NAME] [--json FILE] [--binary FILE]

  --quick        fewer rounds: a first impression in about a minute
  --only NAME    only the rows whose name contains NAME
  --json FILE    write the results to FILE too
  --binary FILE  measure this mm instead of building one
  --bun VERSION  compare mm as this Bun builds it with mm as the pinned one does, in turn`;

/** Exits after --help and on wrong usage. */
export function parseOptions(argv: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string", default: "" },
        json: { type: "string" },
        binary: { type: "string" },
        bun: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    return {
      only: values.only,
      jsonFile: values.json ?? null,
      binary: values.binary ?? null,
      bun: values.bun ?? null,
      effort: values.quick ? QUICK : FULL,
    };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}
