import { type CommandDef, defineCommand } from "citty";
import log from "./activity/log.ts";
import start from "./session/start.ts";

/** The tree of commands. The two that are called by hand in hooks are loaded at once, each of the others when it is named. */
const root: CommandDef = defineCommand({
  meta: {
    name: "mm",
    description: "A memory of their sessions for AI coding agents",
  },
  subCommands: {
    session: defineCommand({
      meta: { name: "session", description: "Start, end, list, read and delete sessions" },
      subCommands: {
        start,
        end: () => import("./session/end.ts").then((module) => module.default),
        list: () => import("./session/list.ts").then((module) => module.default),
        show: () => import("./session/show.ts").then((module) => module.default),
        events: () => import("./session/events.ts").then((module) => module.default),
        export: () => import("./session/export.ts").then((module) => module.default),
        import: () => import("./session/import.ts").then((module) => module.default),
        delete: () => import("./session/delete.ts").then((module) => module.default),
        wrap: () => import("./session/wrap.ts").then((module) => module.default),
      },
    }),
    ps: () => import("./ps.ts").then((module) => module.default),
    search: () => import("./search.ts").then((module) => module.default),
    activity: defineCommand({
      meta: { name: "activity", description: "Record what an agent does" },
      subCommands: { log },
    }),
    hook: () => import("./hook.ts").then((module) => module.default),
    hooks: defineCommand({
      meta: { name: "hooks", description: "Install, check and remove the hooks of agents" },
      subCommands: {
        install: () => import("./hooks/install.ts").then((module) => module.default),
        uninstall: () => import("./hooks/uninstall.ts").then((module) => module.default),
        status: () => import("./hooks/status.ts").then((module) => module.default),
        print: () => import("./hooks/print.ts").then((module) => module.default),
      },
    }),
    stats: () => import("./stats/stats.ts").then((module) => module.default),
    gc: () => import("./gc.ts").then((module) => module.default),
    context: () => import("./context.ts").then((module) => module.default),
    doctor: () => import("./doctor.ts").then((module) => module.default),
    completion: () => import("./completion.ts").then((module) => module.default),
    upgrade: () => import("./upgrade.ts").then((module) => module.default),
    help: () => import("./help.ts").then(({ help }) => help(root)),
  },
});

export default root;
