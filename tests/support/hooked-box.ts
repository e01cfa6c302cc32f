import type { Sandbox } from "./binary.ts";
import { shell } from "./shell.ts";
import { rows } from "./stored.ts";

// What hooks store in a sandbox's home, and what mm says of that home.

export const payload = (prompt: string, id = "c1") =>
  JSON.stringify({ session_id: id, cwd: "/w", prompt, prompt_id: prompt });

export async function prompt(box: Sandbox, text: string, id = "c1"): Promise<void> {
  await box.mm(["hook", "claude", "UserPromptSubmit"], { stdin: payload(text, id) });
}

export const prompts = (box: Sandbox) =>
  rows<{ content: string }>(box, "SELECT content FROM session_events ORDER BY id").map(
    ({ content }) => content,
  );

export async function status(box: Sandbox) {
  const { out } = await box.mm(["hooks", "status", "--json"]);
  return JSON.parse(out) as {
    lost_events: { reasons: object } | null;
    home_problem: string | null;
  };
}

/** What doctor finds, run by `as`. */
export async function findings(box: Sandbox, as = ""): Promise<string[]> {
  const { out } = await shell(box, `${as} "$MM" doctor --json`);
  const { findings: found } = JSON.parse(out) as { findings: { check: string; what: string }[] };
  return found.map(({ check, what }) => `${check}: ${what}`);
}
