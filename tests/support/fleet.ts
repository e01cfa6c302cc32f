import { mkdirSync, writeFileSync } from "node:fs";
import { carry } from "./carried.ts";
import { HookWorld } from "./hook-world.ts";

/** A working tree of a repository with this remote. */
export function clone(world: HookWorld, path: string, remote: string): string {
  const folder = `${world.folder}/${path}`;
  mkdirSync(`${folder}/.git`, { recursive: true });
  writeFileSync(`${folder}/.git/HEAD`, "ref: refs/heads/main\n");
  writeFileSync(`${folder}/.git/config`, `[remote "origin"]\n\turl = ${remote}\n`);
  return folder;
}

/** What one call of a model used. */
const USAGE = `INSERT INTO mm_usage (client, call_id, session_id, at_ms, model, input, output, calls)
  SELECT 'claude', ?1, session_id, ?2, 'claude-sonnet-4-5', ?3, 100, 1 FROM mm_sessions WHERE external_id = ?4`;

/** Three machines: this one with a clone of the shop, a desk with another, and another user's build server. */
export class Fleet implements Disposable {
  readonly laptop = new HookWorld();
  readonly desk = new HookWorld();
  readonly build = new HookWorld();
  readonly shop = clone(this.laptop, "shop", "git@github.com:acme/shop.git");

  constructor() {
    this.laptop.cwd = this.shop;
    this.desk.machine = { name: "desk", id: "machine-2" };
    this.desk.ids = 1000;
    this.build.machine = { name: "build", id: "machine-3" };
    this.build.ids = 2000;
  }

  /** A session of Claude Code: it is asked, and runs a command. */
  async work(world: HookWorld, externalId: string, prompt: string, cwd: string): Promise<void> {
    world.pass(60);
    const fields = { session_id: externalId, cwd };
    await world.start("startup", { ...fields, model: "claude-sonnet-4-5" });
    world.pass(1);
    await world.prompt(prompt, fields);
    world.pass(2);
    await world.tool(`make ${externalId}`, fields);
    world.exec(
      USAGE,
      `call ${world.ids} of ${externalId}`,
      world.clock.getTime(),
      1000,
      externalId,
    );
  }

  /** Fills all three, and brings what is on the others here. @param asks what the session on the desk asks for, if it does */
  async fill({ asks }: { readonly asks?: string } = {}): Promise<void> {
    const { laptop, desk, build, shop } = this;
    await this.work(laptop, "c1", "Fix the cart", shop);
    await laptop.end("other", { session_id: "c1", cwd: shop });
    desk.pass(600);
    const there = clone(desk, "work/shop", "https://ada@github.com/acme/shop");
    await this.work(desk, "d1", "Round the prices of the cart", there);
    if (asks !== undefined) {
      const notice = { message: asks, notification_type: "permission_prompt" };
      await desk.claude("Notification", { ...notice, session_id: "d1", cwd: there });
    }
    build.pass(1200);
    await this.work(
      build,
      "b1",
      "Deploy the parser",
      clone(build, "parser", "git@host.example:parser.git"),
    );
    laptop.clock = new Date(build.clock.getTime() + 60_000);
    await carry(desk, laptop, { machine: "desk" });
    await carry(build, laptop, { machine: "build", owner: "bob", isOwn: false });
  }

  [Symbol.dispose](): void {
    for (const world of [this.laptop, this.desk, this.build]) world[Symbol.dispose]();
  }
}
