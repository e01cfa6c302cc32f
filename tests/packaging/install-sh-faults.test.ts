import { describe, expect } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { needs, type Tool } from "../support/tools.ts";
import { expectRefusal, INSTALLER_TOOLS, Mirror, PLATFORM, program, UNIX } from "./mirror.ts";

const test = needs(...INSTALLER_TOOLS);
const testOnMounts = needs(...INSTALLER_TOOLS, "unshare");

describe.if(UNIX)("install.sh", () => {
  test("removes the old files of a killed install", async () => {
    using mirror = new Mirror();
    mirror.add("1.2.3");
    const [old, young] = [`${mirror.bin}/.mm-install.AAAAAA`, `${mirror.bin}/.mm-install.BBBBBB`];
    for (const folder of [old, young]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${folder}/mm`, "x");
    }
    utimesSync(old, 1, 1);
    expect((await mirror.install()).code).toBe(0);
    expect(existsSync(old)).toBe(false);
    expect(mirror.installed()).toEqual([".mm-install.BBBBBB", "mm"]);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const)(
    "%s while it downloads leaves the old mm",
    async (signal) => {
      using mirror = new Mirror();
      mirror.add("1.2.3");
      mirror.put(program("mm 0.9.0"));
      const [begun, goOn] = [`${mirror.folder}/begun`, `${mirror.folder}/go-on`];
      const wait = `: >'${begun}'; while [ ! -e '${goOn}' ]; do sleep 0.02; done`;
      const cat = `case $1 in *.gz) ${wait};; esac; exec ${Bun.which("cat")} "$@"`;
      const child = mirror.spawn([], { env: { PATH: mirror.path([], { cat }) } });
      while (!existsSync(begun)) await Bun.sleep(5);
      child.kill(signal);
      writeFileSync(goOn, "");
      await child.exited;
      expect(child.exitCode === 0).toBe(false);
      expect(mirror.answer()).toBe("mm 0.9.0");
      if (signal !== "SIGKILL") expect(mirror.installed()).toEqual(["mm"]);
      // Its remaining files don't disturb anybody.
      expect((await mirror.install()).code).toBe(0);
      expect(mirror.answer()).toBe("mm 1.2.3");
    },
  );

  test("two at once both succeed", async () => {
    using mirror = new Mirror();
    mirror.add("1.2.3");
    const both = await Promise.all([mirror.install(), mirror.install(), mirror.install()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(mirror.answer()).toBe("mm 1.2.3");
    expect(mirror.installed()).toEqual(["mm"]);
  });

  testOnMounts("a full disk leaves the old mm and no rest", async () => {
    using mirror = new Mirror();
    const filler = `${mirror.folder}/large`;
    const noise = crypto.getRandomValues(new Uint8Array(60_000));
    // Pads the program, so that the disk has space for its archive, but not for both.
    const padded = [readFileSync(program("mm 1.2.3")), noise, new Uint8Array(400_000)];
    writeFileSync(filler, Buffer.concat(padded));
    const name = `mm-v1.2.3-${PLATFORM}.tar.gz`;
    mirror.pack(name, filler);
    mkdirSync(mirror.bin, { recursive: true });
    for (const [size, said] of [
      [60, "can't download"],
      [300, "can't unpack"],
    ] as const) {
      const around = `mount -t tmpfs -o size=${size}k tmpfs "$HOME/.local/bin" || exit 9
        cp '${program("mm 0.9.0")}' "$HOME/.local/bin/mm"
        "$@"; code=$?
        "$HOME/.local/bin/mm" --version; ls -A "$HOME/.local/bin"; exit $code`;
      const nested = `exec unshare -rm sh -c '${around.replaceAll("'", `'\\''`)}' sh "$@"`;
      const { code, out, err } = await mirror.install([], { around: nested });
      expect({ code, out, err }).toEqual({
        code: 1,
        out: "mm 0.9.0\nmm\n",
        err: expect.stringContaining(said),
      });
      expect(err).toMatch(/hint: is (?:it there, and space in|there space left in) /u);
    }
  });

  testOnMounts("a folder that can't be written to is named", async () => {
    using mirror = new Mirror();
    mirror.add("1.2.3");
    const around = `exec unshare -rm sh -c 'mount -t tmpfs -o ro tmpfs "$HOME"; exec "$@"' sh "$@"`;
    await expectRefusal(mirror, `can't create ${mirror.bin}`, [], [], { around });
    mkdirSync(mirror.bin, { recursive: true });
    const inside = around.replace('"$HOME"', '"$HOME/.local/bin"');
    await expectRefusal(mirror, `can't write to ${mirror.bin}`, [], [], { around: inside });
  });

  const tools = [["curl"], ["wget"], ["busybox", "wget"]] as const satisfies [Tool, ...string[]][];
  describe.each(tools.map((words) => [words] as const))("with %p", ([tool, applet]) => {
    needs(...INSTALLER_TOOLS, tool)(
      "downloads from a server, and refuses what breaks off",
      async () => {
        using mirror = new Mirror();
        const archive = mirror.add("1.2.3");
        let cut = false;
        using server = Bun.serve({
          port: 0,
          hostname: "127.0.0.1",
          async fetch(request) {
            const { pathname } = new URL(request.url);
            // As GitHub does with each of its assets.
            if (pathname.startsWith("/at/")) return Response.redirect(pathname.slice(3));
            const file = Bun.file(`${mirror.release}${pathname}`);
            if (!(await file.exists())) return new Response("no such page", { status: 404 });
            if (!cut || file.name !== archive) return new Response(file);
            return new Response(await file.slice(0, file.size >> 1).bytes());
          },
        });
        const busybox = { wget: `exec ${Bun.which("busybox")} wget "$@"` };
        const PATH = mirror.path(
          ["curl", "wget"].filter((name) => name !== tool),
          {
            ...(applet === "wget" ? busybox : {}),
          },
        );
        const env = { PATH, MM_BASE_URL: `http://127.0.0.1:${server.port}/at/` };
        expect(await mirror.install([], { env })).toMatchObject({ code: 0, out: "" });
        expect(mirror.answer()).toBe("mm 1.2.3");
        cut = true;
        await expectRefusal(mirror, "the checksum of", ["mm"], [], { env });
        rmSync(archive);
        const err = await expectRefusal(mirror, "can't download", ["mm"], [], { env });
        expect(err).toContain("hint: is it there, and space in");
        const nowhere = { ...env, MM_BASE_URL: `${env.MM_BASE_URL}other` };
        await expectRefusal(mirror, "can't download", ["mm"], [], { env: nowhere });
      },
    );
  });
});
