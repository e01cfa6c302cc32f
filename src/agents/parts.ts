import type { Places, Scope } from "../edit/places.ts";
import type { OwnPart } from "../edit/plan.ts";
import type { ServerSettings } from "../edit/servers/settings.ts";
import type { HookSettings } from "../edit/settings.ts";
import type { AgentName } from "./agents.ts";
import { SERVERS } from "./servers.ts";
import { INSTALLERS } from "./settings.ts";

/** The hooks in an agent's settings. */
export function hooksPart({ editor }: HookSettings): OwnPart {
  return { name: "hooks", find: editor.find, uninstall: editor.uninstall };
}

/** Our server in an agent's settings. */
export function serverPart({ editor }: ServerSettings): OwnPart {
  return { name: "server", find: editor.find, uninstall: editor.uninstall };
}

interface File {
  readonly agent: AgentName;
  readonly scope: Scope;
  readonly path: string;
}

/** What else of ours may stand in the file of a part: some agents keep hooks and servers in one. */
export function partsBeside(
  part: OwnPart,
  { agent, scope, path }: File,
  places: Places,
): OwnPart[] {
  const hooks = INSTALLERS[agent];
  const server = SERVERS[agent];
  const isOther = (name: OwnPart["name"], file: string | null) =>
    part.name !== name && file === path;
  return [
    ...(hooks.kind === "settings" && isOther("hooks", hooks.file(scope, places))
      ? [hooksPart(hooks)]
      : []),
    ...(server.kind === "server" && isOther("server", server.file(scope, places))
      ? [serverPart(server)]
      : []),
  ];
}
