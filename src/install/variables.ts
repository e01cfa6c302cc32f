import type { Env } from "../context.ts";

/** A warning where the environment says where things are recorded, which agents have to be told, too. */
export function neededByAgents(env: Env): string[] {
  const variables = {
    MM_HOME: env["MM_HOME"],
    MM_DB: env["MM_DB"],
    MEMTOMEM_STORAGE__SQLITE_PATH: env["MEMTOMEM_STORAGE__SQLITE_PATH"],
  };
  return Object.entries(variables)
    .filter(([, value]) => value)
    .map(
      ([name]) =>
        `${name} is set here, and an agent that starts without it records elsewhere: export it in your shell's profile, or unset it and install again`,
    );
}
