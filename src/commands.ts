import { defineCommand } from "citty";
import { shortcut } from "./cli/command.ts";
import type { Root } from "./cli/tree.ts";

const list = () => import("./show/list/command.ts").then((module) => module.default);
const show = () => import("./show/command.ts").then((module) => module.default);
const events = () => import("./show/events-command.ts").then((module) => module.default);
const exported = () => import("./exchange/export-command.ts").then((module) => module.default);

const tree = defineCommand({
  meta: {
    name: "mm",
    description: "Remember what your AI coding agents did",
  },
  subCommands: {
    session: defineCommand({
      meta: { name: "session", description: "Start, end, list, read and delete sessions" },
      subCommands: {
        start: () => import("./sessions/start/command.ts").then((module) => module.default),
        end: () => import("./sessions/end-command.ts").then((module) => module.default),
        list,
        show,
        events,
        rename: () => import("./sessions/rename-command.ts").then((module) => module.default),
        export: exported,
        import: () => import("./exchange/import-command.ts").then((module) => module.default),
        delete: () => import("./removal/delete-command.ts").then((module) => module.default),
        wrap: () => import("./sessions/wrap-command.ts").then((module) => module.default),
      },
    }),
    list: async () => shortcut("session list", await list()),
    ls: async () => shortcut("session list", await list()),
    show: async () => shortcut("session show", await show()),
    events: async () => shortcut("session events", await events()),
    export: async () => shortcut("session export", await exported()),
    ps: () => import("./live/command.ts").then((module) => module.default),
    resume: () => import("./resume/command.ts").then((module) => module.default),
    wait: () => import("./wait/command.ts").then((module) => module.default),
    note: () => import("./notes/command.ts").then((module) => module.default),
    search: () => import("./search/command.ts").then((module) => module.default),
    why: () => import("./why/command.ts").then((module) => module.default),
    backfill: () => import("./transcripts/command.ts").then((module) => module.default),
    import: () => import("./transcripts/import-command.ts").then((module) => module.default),
    activity: defineCommand({
      meta: { name: "activity", description: "Record what an agent does" },
      subCommands: {
        log: () => import("./sessions/log-command.ts").then((module) => module.default),
      },
    }),
    hook: () => import("./record/command.ts").then((module) => module.default),
    hooks: defineCommand({
      meta: { name: "hooks", description: "Install, check and remove the hooks of agents" },
      subCommands: {
        install: () => import("./install/install-command.ts").then((module) => module.default),
        uninstall: () => import("./install/uninstall-command.ts").then((module) => module.default),
        status: () => import("./install/status-command.ts").then((module) => module.default),
        print: () => import("./install/print-command.ts").then((module) => module.default),
      },
    }),
    mcp: () => import("./mcp/command.ts").then((module) => module.default),
    project: defineCommand({
      meta: { name: "project", description: "Manage projects" },
      subCommands: {
        move: () => import("./projects/move-command.ts").then((module) => module.default),
      },
    }),
    config: defineCommand({
      meta: { name: "config", description: "Read and change the settings" },
      subCommands: {
        list: () => import("./config/list-command.ts").then((module) => module.default),
        get: () => import("./config/get-command.ts").then((module) => module.default),
        set: () => import("./config/set-command.ts").then((module) => module.default),
        unset: () => import("./config/unset-command.ts").then((module) => module.default),
      },
    }),
    sync: () => import("./sync/tree.ts").then((module) => module.default),
    stats: () => import("./stats/command.ts").then((module) => module.default),
    web: () => import("./web/command.ts").then(({ web }) => web(root)),
    gc: () => import("./removal/gc-command.ts").then((module) => module.default),
    redact: () => import("./redact/command.ts").then((module) => module.default),
    context: () => import("./record/briefing-command.ts").then((module) => module.default),
    doctor: () => import("./doctor/command.ts").then((module) => module.default),
    completion: () => import("./completion/command.ts").then((module) => module.default),
    upgrade: () => import("./upgrade/command.ts").then((module) => module.default),
    help: () => import("./cli/help-command.ts").then(({ help }) => help(root)),
  },
});

/** The tree of commands, which are loaded when they are named. */
const root: Root = { ...tree, guide: async () => (await import("./guide.ts")).guide };

export default root;
