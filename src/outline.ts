import root from "./commands.ts";
import { type Outline, outlineOf } from "./completion/outline.ts";

/** Runs when mm is built: a shell that asks for completions waits for no command to load. */
export async function outline(): Promise<Outline> {
  return await outlineOf(root);
}
