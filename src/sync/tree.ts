import { defineCommand } from "citty";

export default defineCommand({
  meta: { name: "sync", description: "Carry sessions to other machines over PostgreSQL" },
  subCommands: {
    init: () => import("./setup/init-command.ts").then((module) => module.default),
    push: () => import("./push/command.ts").then((module) => module.default),
    pull: () => import("./replica/command.ts").then((module) => module.default),
    status: () => import("./status/command.ts").then((module) => module.default),
    forget: () => import("./forget/command.ts").then((module) => module.default),
    adopt: () => import("./setup/adopt-command.ts").then((module) => module.default),
    new: () => import("./setup/new-command.ts").then((module) => module.default),
  },
});
