import type { BenchHome } from "./machines.ts";
import { MM } from "./machines.ts";

let calls = 0;

/** A hook call of Claude Code's session of this name, which must succeed. @returns its milliseconds */
export async function hook(home: BenchHome, event: string, session: string): Promise<number> {
  const number = calls++;
  const payload = {
    session_id: session,
    cwd: "/tmp",
    hook_event_name: event,
    source: "startup",
    reason: "other",
    tool_name: "Bash",
    tool_use_id: `toolu_${number}`,
    tool_input: { command: `npm test -- --filter ${number}`, description: "Run the tests" },
    tool_response: { stdout: "12 pass, 0 fail", stderr: "", interrupted: false },
  };
  const start = performance.now();
  const child = Bun.spawn([MM, "hook", "claude", event], {
    env: home.env,
    stdin: new Blob([JSON.stringify(payload)]),
    stdout: "ignore",
    stderr: "inherit",
  });
  if ((await child.exited) !== 0) throw new Error(`mm hook claude ${event} failed`);
  return performance.now() - start;
}
