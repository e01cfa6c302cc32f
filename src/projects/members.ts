import type { Connection } from "../store/connection.ts";
import { realFolder } from "./folders.ts";
import type { Projects } from "./projects.ts";
import { storedRoots } from "./sql.ts";

/** Where sessions ran: a repository or a plain folder, the folder of its project now, and the folder at the time. */
export interface Member {
  readonly project: string | null;
  readonly root: string | null;
  readonly folder: string;
  readonly oldFolder: string;
}

export async function membersOf(db: Connection, projects: Projects): Promise<Member[]> {
  const repositories = projects.repositories().map(async (project) => {
    const oldFolder = projects.folderThen(project);
    const folder = (await projects.folderOf(project, null)) ?? oldFolder;
    return { project, root: null, folder, oldFolder };
  });
  const plain = storedRoots(db).map((root) => {
    const folder = realFolder(root);
    return { project: null, root, folder, oldFolder: folder };
  });
  return [...(await Promise.all(repositories)), ...plain];
}

/** Whether a folder is the same as another one or inside it. */
export function isIn(folder: string, top: string): boolean {
  return folder === top || folder.startsWith(top === "/" ? top : `${top}/`);
}
