import { expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

const LONG_TITLE =
  "장바구니의 마지막 상품을 바로 지워 줘, and make the key last for a minute or two";

test.each([40, 80])(
  "show on %p columns breaks no words, and the state is there",
  async (columns) => {
    using world = new HookWorld();
    await world.start("startup", { model: "claude-opus-5-5", cwd: "/w/shop" });
    await world.prompt(LONG_TITLE);
    await world.end("prompt_input_exit");
    world.isTerminal = true;
    world.columns = columns;
    world.env = { ...world.env, NO_COLOR: "1" };
    const lines = (await world.mm("show", "last")).out.split("\n");
    const wide = lines.filter((line) => Bun.stringWidth(line) > columns);
    // What is copied stays in one piece.
    expect(wide.filter((line) => !/^(?:Session|Transcript) /u.test(line))).toEqual([]);
    expect(lines.slice(0, lines.indexOf("")).join(" ")).toBe(`${LONG_TITLE}  ended`);
  },
);
