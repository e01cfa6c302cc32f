import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { build, ORDER } from "../build.ts";

// `bun run order` records which functions the usual calls use, in their order. Functions are named by hashes of what
// they do: an old record still holds for what hasn't changed.

interface Call {
  readonly words: readonly string[];
  readonly stdin: string;
}

function hookCall(event: string, fields: object): Call {
  const stdin = JSON.stringify({ session_id: "s", cwd: "/", hook_event_name: event, ...fields });
  return { words: ["hook", "claude", event, "1"], stdin };
}

const START: Call = { words: ["session", "start", "--idempotent", "--json"], stdin: "" };
const LOG: Call = { words: ["activity", "log", "--content", "text"], stdin: "" };
/** Made before, so that nothing is left to create. */
const BEFORE: readonly Call[] = [START, LOG, hookCall("SessionStart", { source: "startup" })];
/** Most often made first. */
const USUAL: readonly Call[] = [
  hookCall("PostToolUse", {
    tool_name: "Bash",
    tool_input: { command: "npm test" },
    tool_response: "12 pass",
    tool_use_id: "t",
  }),
  hookCall("UserPromptSubmit", { prompt: "fix it", prompt_id: "p" }),
  // What is searched for secrets, and has none.
  hookCall("UserPromptSubmit", {
    prompt:
      "The token in https://host/path is too old:\n\n    echo a | curl -u b <<EOF\n\nSee --user.",
    prompt_id: "q",
  }),
  START,
  LOG,
];

/** Lines other than those of functions tell of strings and constants; they are long and bring nothing. */
const FUNCTION = /^F [0-9a-f]+$/u;

/** The lines of the record of each call. */
function record(folder: string): string[][] {
  const file = `${folder}/order`;
  const call = ({ words, stdin }: Call, extra: Readonly<Record<string, string>>) => {
    const env = { HOME: folder, MM_HOME: `${folder}/home`, ...extra };
    const options = { cwd: folder, env, stdin: Buffer.from(stdin), stderr: "pipe" } as const;
    const { success, stderr } = Bun.spawnSync([`${folder}/mm`, ...words], options);
    if (!success) throw new Error(`${words.join(" ")} failed: ${stderr}`);
  };
  for (const each of BEFORE) call(each, {});
  return USUAL.map((each) => {
    call(each, { BUN_BYTECODE_ORDER_OUT: file });
    return readFileSync(file, "utf8").split("\n");
  });
}

const folder = mkdtempSync(`${tmpdir()}/mm-order-`);
try {
  await build(`${folder}/mm`);
  const all = record(folder);
  const functions = new Set(all.flat().filter((line) => FUNCTION.test(line)));
  writeFileSync(ORDER, `${[all[0]?.[0], ...functions].join("\n")}\n`);
  console.log(`${functions.size} functions`);
} finally {
  rmSync(folder, { recursive: true });
}
