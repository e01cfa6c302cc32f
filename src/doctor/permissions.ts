import {
  belongsTo,
  isInHome,
  keepingIn,
  listOthers,
  type Refusal,
  whyNothingIsKept,
} from "../files/keeping.ts";
import { listNoFiles } from "../files/strays.ts";
import { quoteForPosix } from "../text/shell-words.ts";
import { type Check, type Diagnosis, type DoctorContext, FIX } from "./check.ts";
import type { Finding } from "./finding.ts";
import { closeFile, openFiles } from "./modes.ts";

/** What other users could read or change. */
export const fileModes: Check = {
  name: "file-modes",
  async run(ctx) {
    const { home, databasePath } = await ctx.store();
    const open = openFiles(home, databasePath);
    return open.map((file): Diagnosis => {
      const finding: Finding = {
        check: "file-modes",
        severity: "problem",
        what: `${file.path} is open to other users (mode ${file.mode.toString(8)})`,
        why: "other users can read or change what your agents did",
        mend: FIX,
      };
      const byHand = `sudo chmod go= ${quoteForPosix(file.path)}`;
      return { finding, fix: () => closeFile(file), byHand };
    });
  },
};

const ANOTHER_HOME = "set MM_HOME to a folder that you may write to, for the agents as well";

/** What makes something writable again; nothing is done to what isn't in the home. */
function mendOf(ctx: DoctorContext, { path, kind }: Refusal, home: string): string {
  const quoted = quoteForPosix(path);
  if (kind === "read-only" || !isInHome(path, home)) return ANOTHER_HOME;
  if (kind === "link") return `rm ${quoted}`;
  if (kind === "wrong kind") return `mv ${quoted} ${quoteForPosix(`${path}.old`)}`;
  const open = `chmod -R u+rwX ${quoted}`;
  const isOwn = belongsTo(path, ctx.lossPlaces(home).user);
  return isOwn ? open : `sudo chown -R "$(id -u)" ${quoted} && ${open}`;
}

/** What hooks can't write to, so that they lose events, now or when the database is locked. */
export const writable: Check = {
  name: "writable",
  async run(ctx) {
    const { home, databasePath } = await ctx.store();
    const keeping = keepingIn(home, databasePath);
    const isLosing = whyNothingIsKept(keeping) !== null;
    const told = listNoFiles(databasePath);
    const refused = keeping.refused.filter(({ path }) => !told.includes(path));
    return refused.map((refusal): Diagnosis => {
      const { path, why } = refusal;
      const finding: Finding = {
        check: "writable",
        severity: "problem",
        what: `can't write to ${path}: ${why}`,
        why: isLosing
          ? "nothing can be stored, and the events of hooks are lost meanwhile"
          : "events of hooks are lost, or their problems aren't logged, when the rest is busy or full",
        mend: mendOf(ctx, refusal, home),
      };
      return { finding };
    });
  },
};

/**
 * What root, or another user, has made in the home. It isn't fixed here: root, who alone could, would change
 * owners by names that the user can make lead elsewhere, which chown is made not to follow.
 */
export const owners: Check = {
  name: "owners",
  async run(ctx) {
    const { home, databasePath } = await ctx.store();
    return listOthers(home, databasePath).map(({ path, why, owner }): Diagnosis => {
      const finding: Finding = {
        check: "owners",
        severity: "problem",
        what: `${path} is not yours alone: ${why}`,
        why: "its owner made it, with sudo for instance; hooks of the other one can't use it and lose events",
        mend: `sudo chown -R ${owner} ${quoteForPosix(path)}`,
      };
      return { finding };
    });
  },
};
