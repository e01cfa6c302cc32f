import { AGENT_NAMES } from "../agents/agents.ts";
import { arg } from "../cli/command.ts";
import { CAPTURES, type Settings } from "../settings/settings.ts";

/** What people need to know of a key of `mm.json`. */
interface KeyInfo {
  /** The form of its values. */
  readonly form: string;
  readonly description: string;
  /** Values that completion offers. */
  readonly offers: readonly string[];
  /** The value in the file for a typed word. */
  fromWord(word: string): unknown;
}

const same = (word: string) => word;

function jsonOf(word: string): unknown {
  try {
    return JSON.parse(word);
  } catch {
    return undefined;
  }
}

const BOOLEANS = new Map([
  ["true", true],
  ["on", true],
  ["false", false],
  ["off", false],
]);

export const CONFIG_KEYS: { readonly [Key in keyof Settings]: KeyInfo } = {
  capture: {
    form: CAPTURES.join(", "),
    description: "How much to record of what an agent does",
    offers: CAPTURES,
    fromWord: same,
  },
  context: {
    form: "true, false",
    description: "Whether to tell new sessions about earlier ones",
    offers: ["true", "false"],
    fromWord: (word) => BOOLEANS.get(word),
  },
  stale: {
    form: "a duration like 24h or 7d",
    description: "How long a session may be silent before it ends as stale",
    offers: ["12h", "24h", "7d"],
    fromWord: same,
  },
  gc: {
    form: "a duration like 90d",
    description: "How long to keep ended sessions; unset it to keep them all",
    offers: ["30d", "90d", "365d"],
    fromWord: same,
  },
  prompts: {
    form: "agents, separated by commas",
    description: "Agents whose hooks report prompts; `mm hooks` sets it",
    offers: AGENT_NAMES,
    fromWord: (word) => word.split(",").filter((name) => name !== ""),
  },
  history: {
    form: "true, false",
    description:
      "Whether to add answers and tokens from transcripts; unset, for agents whose hooks report prompts",
    offers: ["true", "false"],
    fromWord: (word) => BOOLEANS.get(word),
  },
  prices: {
    form: 'JSON like {"my-model": {"input": 1, "output": 5}}',
    description: "Prices of models, in US dollars per million tokens",
    offers: [],
    fromWord: jsonOf,
  },
  sync: {
    form: 'JSON like {"url": "postgres://ada@db.example.com/agents", "projects": ["*"]}',
    description: "The server that `mm sync` carries sessions to; `mm sync init` sets it",
    offers: [],
    fromWord: jsonOf,
  },
};

export const CONFIG_KEY_NAMES = Object.keys(CONFIG_KEYS) as (keyof Settings)[];

/** The argument of a command that is about one setting. */
export const SETTING = arg({
  type: "positional",
  completes: CONFIG_KEY_NAMES,
  description: `The setting: ${CONFIG_KEY_NAMES.join(", ")}`,
});
