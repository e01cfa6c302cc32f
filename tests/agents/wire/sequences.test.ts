import { expect, test } from "bun:test";
import type { AgentName } from "../../../src/agents/agents.ts";
import { decodeHook } from "../../../src/agents/wire/decode.ts";
import { faults, sequence } from "./samples.ts";

/** Of each recorded call what it is, with what is particular about it. */
const TELLS: Partial<Record<AgentName, readonly (string | null)[]>> = {
  claude: [
    "session-start startup",
    "prompt usetool please",
    "tool-start Bash",
    "tool-call Bash",
    "turn-end",
    "session-end other",
    "session-start resume",
    "prompt hello again",
    "turn-end",
    "session-end other",
  ],
  codex: [
    "session-start startup",
    "prompt usetool please",
    "tool-call Bash",
    "turn-end",
    "session-end other",
    "session-start resume",
    "prompt hello again",
    "turn-end",
    "session-end other",
  ],
  gemini: [
    "session-start startup",
    "prompt usetool please",
    null,
    "tool-error run_shell_command Exit code 3",
    null,
    "turn-end",
    "session-end exit",
    "session-start resume",
    "prompt hello again",
    null,
    "turn-end",
    "session-end exit",
  ],
};

test.each(Object.entries(TELLS) as [AgentName, (string | null)[]][])("%s", async (agent, tells) => {
  const calls = sequence(agent);
  const events = await Promise.all(
    calls.map(({ event, payload }) => decodeHook(agent, event, payload, {})),
  );
  const words = events.map((event) =>
    event === null
      ? null
      : [
          event.kind,
          event.source ?? event.reason ?? event.prompt ?? event.tool?.name,
          event.tool?.error,
        ]
          .filter((word) => word !== null && word !== undefined)
          .join(" "),
  );
  expect(words).toEqual(tells);
  expect(events.flatMap(faults)).toEqual([]);
  expect(new Set(events.flatMap((event) => event?.externalId ?? [])).size).toBe(1);
  expect(new Set(events.flatMap((event) => event?.agent ?? []))).toEqual(new Set([agent]));
});
