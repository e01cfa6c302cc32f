import type { Env } from "../../settings/environment.ts";

/** Editors that are VS Code underneath, by the names of their folders. */
const EDITORS = ["Code", "Code - Insiders", "VSCodium", "Cursor", "Windsurf"] as const;
/** The same on a machine that they are connected to. */
const SERVERS = [".vscode-server", ".vscodium-server", ".cursor-server", ".windsurf-server"];

type Editor = (typeof EDITORS)[number];

/** Where these editors may keep what belongs to no single project, on Linux, macOS and Windows. */
export function globalStorages(env: Env, editors: readonly Editor[] = EDITORS): string[] {
  const home = env.HOME || env.USERPROFILE;
  const config = env.XDG_CONFIG_HOME || (home ? `${home}/.config` : null);
  const mac = home ? `${home}/Library/Application Support` : null;
  const bases = [config, mac, env.APPDATA || null].filter((base) => base !== null);
  return bases.flatMap((base) => editors.map((editor) => `${base}/${editor}/User/globalStorage`));
}

/** The same of the servers of these editors. */
export function serverStorages({ HOME, USERPROFILE }: Env): string[] {
  const home = HOME || USERPROFILE;
  return home ? SERVERS.map((server) => `${home}/${server}/data/User/globalStorage`) : [];
}
