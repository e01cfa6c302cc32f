import { RELEASES, type Upgrade } from "./distribution.ts";

/** @param executable where this copy lies when all links are followed */
export function upgradeJson(executable: string, { method, command, folder }: Upgrade) {
  return { method, executable, command, folder, releases: RELEASES };
}
