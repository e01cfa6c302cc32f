import { command } from "../cli/command.ts";
import type { Context } from "../context.ts";
import { realPath } from "../install/program.ts";
import { escapeControls } from "../text/text.ts";
import { type InstallMethod, RELEASES, type Upgrade, upgradeOf } from "./distribution.ts";

/** How this copy of `mm` is upgraded, and where it lies when all links are followed. */
function findUpgrade(ctx: Pick<Context, "executable">): Upgrade & { executable: string } {
  const executable = realPath(ctx.executable);
  return { executable, ...upgradeOf(executable) };
}

const HOW: Readonly<Record<InstallMethod, string>> = {
  homebrew: "was installed by Homebrew",
  scoop: "was installed by Scoop",
  npm: "was installed by npm",
  pnpm: "was installed by pnpm",
  yarn: "was installed by Yarn",
  bun: "was installed by Bun",
  // Who puts it there by hand may go on with the script.
  script: "is where the install script puts it",
  manual: "was installed by hand",
};

function describe({
  method,
  executable,
  command: line,
  folder,
}: ReturnType<typeof findUpgrade>): string {
  const place = folder === null ? "" : ` in ${escapeControls(folder)}`;
  return [
    `This mm ${HOW[method]}: ${escapeControls(executable)}`,
    ...(line === null
      ? ["For the latest version, replace that file by the one in", `  ${RELEASES}/latest`]
      : [`For the latest version, run${place}`, `  ${line}`]),
    "",
  ].join("\n");
}

export default command({
  meta: { name: "upgrade", description: "Show how to upgrade this copy of mm" },
  args: { json: { type: "boolean", description: "Print one line of JSON" } },
  example: "mm upgrade",
  details: [
    "It only looks at where this mm lies and prints the command that fits; it upgrades nothing and doesn't ask the network whether there is a newer version.",
  ],
  async run(ctx) {
    const upgrade = findUpgrade(ctx);
    const { method, executable, command: line, folder } = upgrade;
    return {
      data: { method, executable, command: line, folder, releases: RELEASES },
      text: () => describe(upgrade),
    };
  },
});
