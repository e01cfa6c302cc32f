import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { budgetOf } from "../../src/agents/wire/receive.ts";
import { Machine } from "../support/machine.ts";

/** What the plugin has told `mm`, in order. */
interface Told {
  readonly event: string;
  readonly type: string;
  readonly properties: Record<string, unknown>;
}

/** The plugin as it is where no call takes too long: a busy machine has it tell the next one. */
function patient(text: string): string {
  const patiences = text.match(/^const \w+_MS = \d+;$|"\$n" -lt \d+/gmu) ?? [];
  expect(patiences).toHaveLength(3);
  return patiences.reduce((all, each) => all.replace(each, each.replace(/\d+/u, "600000")), text);
}

class Plugin extends Machine {
  readonly log = `${this.folder}/told`;

  constructor() {
    super();
    const script = `#!/bin/sh\nread -r json\n[ -z "$BUN_BE_BUN$BUN_OPTIONS" ] || exit 9\nprintf '%s %s %s\\t%s\\n' "$@" "$json" >>'${this.log}'\n`;
    this.executable = this.addProgram("mm", script);
  }

  /**
   * Runs OpenCode's part in a process of its own: `code` sees the plugin's default export.
   * @param calls how many are told; the last ones after that process's end
   */
  async run(code: string, calls: number, program?: string): Promise<Told[]> {
    await this.install("opencode");
    const file = `${this.userHome}/.config/opencode/plugins/mm.js`;
    this.put(file, patient(this.read(file)));
    if (program !== undefined) {
      this.put(file, this.read(file).replace(/^const MM = .*$/mu, `const MM = "${program}";`));
    }
    const main = this.put(`${this.folder}/main.js`, `import plugin from "${file}";\n${code}`);
    const child = Bun.spawn([process.execPath, main], {
      env: { PATH: "/usr/bin:/bin", BUN_OPTIONS: "" },
      stdout: "pipe",
      stderr: "pipe",
    });
    const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    expect({ code: await child.exited, out, err }).toEqual({ code: 0, out: "", err: "" });
    const read = () => (existsSync(this.log) ? readFileSync(this.log, "utf8") : "");
    while (read().split("\n").length <= calls) await Bun.sleep(5);
    return read()
      .split("\n")
      .flatMap((line) => {
        const [words = "", json = ""] = line.split("\t");
        if (json === "") return [];
        return [{ event: words.replace("hook opencode ", ""), ...JSON.parse(json) }];
      });
  }
}

const created = (id: string, parentID?: string) => ({
  type: "session.created",
  properties: { sessionID: id, info: { id, parentID, directory: "/w", title: "t" } },
});

describe("OpenCode 1.x", () => {
  test("what happens is told in order, the end last", async () => {
    using plugin = new Plugin();
    const told = await plugin.run(
      `
      const first = await plugin.server({ directory: "/w" });
      const second = await plugin.server({ directory: "/elsewhere" });
      await first.event({ event: ${JSON.stringify(created("ses_1"))} });
      await first["chat.message"]({ sessionID: "ses_1", model: { providerID: "p", modelID: "m" } }, { parts: [{ type: "text", text: "hi" }, { type: "file" }] });
      await first["tool.execute.after"]({ tool: "bash", sessionID: "ses_1", callID: "c1", args: { command: "ls" } }, { title: "ls", output: "x", metadata: { exit: 0 } });
      await first.event({ event: { type: "message.updated", properties: { sessionID: "ses_1" } } });
      await first.event({ event: { type: "session.idle", properties: { sessionID: "ses_1" } } });
      await second.dispose();
    `,
      5,
    );
    expect(told.map(({ event }) => event)).toEqual([
      "session.created",
      "chat.message",
      "tool.execute.after",
      "session.idle",
      "dispose",
    ]);
    expect(told.map(({ event, type }) => event === type)).not.toContain(false);
    expect(told.map(({ properties }) => properties).slice(1)).toEqual([
      { sessionID: "ses_1", model: "p/m", text: "hi", directory: "/w" },
      {
        sessionID: "ses_1",
        callID: "c1",
        tool: "bash",
        args: { command: "ls" },
        title: "ls",
        metadata: { exit: 0 },
        output: "x",
        directory: "/w",
      },
      { sessionID: "ses_1" },
      { sessionID: "ses_1", directory: "/w" },
    ]);
  });

  test("a subagent's session carries its parent and is not ended", async () => {
    using plugin = new Plugin();
    const told = await plugin.run(
      `
      const hooks = await plugin.server({ directory: "/w" });
      await hooks.event({ event: ${JSON.stringify(created("ses_1"))} });
      await hooks.event({ event: ${JSON.stringify(created("ses_2", "ses_1"))} });
      await hooks["chat.message"]({ sessionID: "ses_2" }, { parts: [] });
      await hooks.event({ event: { type: "session.idle", properties: { sessionID: "ses_2" } } });
      await hooks.dispose();
    `,
      5,
    );
    expect(told.slice(2).map(({ event, properties }) => [event, properties])).toEqual([
      ["chat.message", { sessionID: "ses_2", text: "", directory: "/w", parentID: "ses_1" }],
      ["session.idle", { sessionID: "ses_2", parentID: "ses_1" }],
      ["dispose", { sessionID: "ses_1", directory: "/w" }],
    ]);
  });

  test("a session that goes on is known by its prompt; a deleted one isn't ended again", async () => {
    using plugin = new Plugin();
    const told = await plugin.run(
      `
      const hooks = await plugin.server({ directory: "/w" });
      await hooks["chat.message"]({ sessionID: "ses_1" }, { parts: [{ type: "text", text: "on" }] });
      await hooks["chat.message"]({ sessionID: "ses_2" }, { parts: [] });
      await hooks.event({ event: { type: "session.deleted", properties: { info: { id: "ses_2" } } } });
      await hooks.dispose();
      await hooks.dispose();
    `,
      4,
    );
    expect(told.map(({ event, properties }) => [event, properties["sessionID"]])).toEqual([
      ["chat.message", "ses_1"],
      ["chat.message", "ses_2"],
      ["session.deleted", "ses_2"],
      ["dispose", "ses_1"],
    ]);
  });

  test("an end isn't stopped before it is recorded or spooled, even where that starts slowly", async () => {
    using plugin = new Plugin();
    await plugin.install("opencode");
    const text = plugin.read(`${plugin.userHome}/.config/opencode/plugins/mm.js`);
    const patience = Number(/^const DISPOSE_MS = (\d+);$/mu.exec(text)?.[1]);
    const own = budgetOf({ agent: "opencode", eventWord: "dispose", parent: null });
    expect(patience).toBeGreaterThanOrEqual(2 * own);
    // OpenCode itself is stopped after five seconds.
    expect(patience).toBeLessThan(5000);
  });

  test("nothing that goes wrong reaches OpenCode", async () => {
    using plugin = new Plugin();
    const told = await plugin.run(
      `
      const hooks = await plugin.server();
      await hooks.event({});
      await hooks.event({ event: { type: "session.idle" } });
      await hooks["chat.message"](undefined, undefined);
      await hooks["tool.execute.after"]({ sessionID: "x", args: 1n }, {});
      await hooks.event({ event: ${JSON.stringify(created("ses_1"))} });
      await hooks.dispose();
    `,
      0,
      "/no/such/mm",
    );
    expect(told).toEqual([]);
  });
});

test("the default export has what OpenCode 1.x loads, and nothing for 2.x, which is unproved", async () => {
  using plugin = new Plugin();
  await plugin.run(
    `
    if (JSON.stringify(Object.keys(plugin)) !== '["id","server"]') throw new Error("exports");
    if (plugin.id !== "mm" || typeof plugin.server !== "function") throw new Error("shape");
  `,
    0,
  );
});

test("a file of the name that is somebody's own is refused, an older one of ours is replaced", async () => {
  using machine = new Machine();
  const file = machine.put(
    `${machine.userHome}/.config/opencode/plugins/mm.js`,
    "export default 1;\n",
  );
  const { code, err } = await machine.mm("hooks", "install", "opencode", "--yes");
  expect(code).toBe(1);
  expect(err).toContain(`can't edit ${file}: it is a plugin that mm did not write`);
  expect(await machine.mm("hooks", "uninstall", "opencode")).toMatchObject({ code: 1 });
  machine.put(
    file,
    '// Written by `mm hooks install opencode`: an older one\nconst MM = "/old/mm";\n',
  );
  await machine.install("opencode");
  expect(machine.read(file)).toContain(`const MM = ${JSON.stringify(`${machine.folder}/bin/mm`)};`);
  await machine.hooks("uninstall", "opencode");
  expect(await Bun.file(file).exists()).toBe(false);
});

test("a path with quotes and backslashes is one string", async () => {
  using machine = new Machine();
  machine.executable = "/opt/a \"b\" 'c' \\d\u2028/mm";
  await machine.install("opencode");
  const text = machine.read(`${machine.userHome}/.config/opencode/plugins/mm.js`);
  const literal = /^const MM = (.*);$/mu.exec(text.replaceAll("\u2028", "\\u2028"))?.[1];
  expect(JSON.parse(literal ?? "")).toBe(machine.executable);
});
