import root from "./commands.ts";
import { type Outline, outlineOf } from "./completion/outline.ts";

/** Runs when mm is built, so that completion doesn't wait for commands to load. */
export async function outline(): Promise<Outline> {
  return await outlineOf(root);
}
