import { statSync } from "node:fs";
import { Projects } from "../projects/projects.ts";
import type { Connection } from "../store/connection.ts";

/** Where a session ran; null where that isn't known. */
interface Whereabouts {
  readonly project: string | null;
  readonly root: string | null;
  readonly cwd: string | null;
}

/** The folder in which to resume a session, and the one in which it ran, if that is gone. */
export type Place =
  | { readonly kind: "there"; readonly folder: string }
  | { readonly kind: "moved"; readonly from: string; readonly folder: string }
  | { readonly kind: "gone"; readonly from: string }
  | { readonly kind: "unknown" };

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The folder of a working tree that is at another place now, or its top if the folder isn't there any more. */
function sameBelow(now: string, root: string | null, from: string): string {
  const isBelow = root !== null && from.startsWith(`${root}/`);
  const folder = isBelow ? `${now}${from.slice(root.length)}` : now;
  return isFolder(folder) ? folder : now;
}

/** Where to resume a session: in its folder or, if that is gone, where its repository is now. */
export async function placeOf(db: Connection, session: Whereabouts): Promise<Place> {
  const { project, root } = session;
  const from = session.cwd ?? root;
  if (from === null || !from.startsWith("/")) return { kind: "unknown" };
  if (isFolder(from)) return { kind: "there", folder: from };
  const now = project === null ? null : await new Projects(db).folderOf(project, null);
  if (now === null || !isFolder(now)) return { kind: "gone", from };
  return { kind: "moved", from, folder: sameBelow(now, root, from) };
}
