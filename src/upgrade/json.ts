import { RELEASES, type Upgrade } from "./distribution.ts";

/** @param executable the path of this copy with all links resolved */
export function upgradeJson(executable: string, { method, command, folder }: Upgrade) {
  return { method, executable, command, folder, releases: RELEASES };
}
