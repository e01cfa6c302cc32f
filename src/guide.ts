import type { Guide } from "./cli/tree.ts";

export const guide: Guide = {
  groups: {
    Look: {
      ps: "sessions that are live now (--watch)",
      list: "sessions, newest first",
      show: "one session, and how to resume it",
      search: "find prompts, commands, files and errors",
      stats: "how much, when, with which tools",
    },
    Act: {
      resume: "continue a session in its agent",
      export: "Markdown, HTML or JSON of a session",
    },
    "Set up": {
      hooks: "install, check and remove the hooks of agents",
      config: "read and change the settings",
      backfill: "import what your agents did before",
      doctor: "find and fix problems",
    },
  },
  rest: "More",
  start: "mm hooks install",
  meanings: {
    cost: ["mm stats cost"],
    costs: ["mm stats cost"],
    history: ["mm list", "mm backfill"],
    install: ["mm hooks install"],
    log: ["mm events", "mm activity log"],
    logs: ["mm events"],
    new: ["mm session start"],
    open: ["mm show"],
    remove: ["mm session delete", "mm hooks uninstall"],
    rm: ["mm session delete"],
    sessions: ["mm list"],
    settings: ["mm config list"],
    setup: ["mm hooks install"],
    status: ["mm ps", "mm hooks status"],
    tokens: ["mm stats tokens"],
    top: ["mm ps --watch"],
    uninstall: ["mm hooks uninstall"],
    update: ["mm upgrade"],
    usage: ["mm stats cost", "mm stats tokens"],
    version: ["mm --version"],
    view: ["mm show"],
  },
};
