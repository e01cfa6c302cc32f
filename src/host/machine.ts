import { hostname } from "node:os";
import type { Context } from "../context.ts";
import { readSmallFile } from "../files/small-file.ts";

const PROBE_MS = 5000;
/** Linux, and the same before there was systemd. */
const ID_FILES = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/** Programs that print the machine's id, and where in what they print it stands. */
const PROBES: Partial<
  Record<NodeJS.Platform, { readonly argv: readonly string[]; readonly id: RegExp }>
> = {
  darwin: {
    argv: ["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"],
    id: /"IOPlatformUUID" = "([^"]+)"/u,
  },
  win32: {
    argv: ["reg.exe", "query", "HKLM\\SOFTWARE\\Microsoft\\Cryptography", "/v", "MachineGuid"],
    id: /MachineGuid\s+REG_SZ\s+(\S+)/u,
  },
};

async function findId(ctx: Pick<Context, "capture">): Promise<string | null> {
  const probe = PROBES[process.platform];
  if (probe !== undefined) {
    const printed = await ctx.capture(probe.argv, PROBE_MS);
    return probe.id.exec(printed ?? "")?.[1] ?? null;
  }
  for (const path of ID_FILES) {
    const file = await readSmallFile(path);
    if (file.kind === "text" && file.text.trim() !== "") return file.text.trim();
  }
  return null;
}

/** This machine. One without an id of its own, as many containers are, goes by its name. */
export async function findMachine(ctx: Pick<Context, "capture">) {
  const name = hostname();
  return { name, id: (await findId(ctx)) ?? name };
}
