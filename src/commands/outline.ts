import { type Outline, outlineOf } from "../cli/outline.ts";
import root from "./root.ts";

/** Runs when mm is built: a shell that asks for completions waits for no command to load. */
export async function outline(): Promise<Outline> {
  return await outlineOf(root);
}
