import { expect, test } from "bun:test";
import { programFolders, withoutHere } from "../../src/settings/home.ts";

test.each([
  [{ PATH: "/usr/bin:/bin" }, ["/usr/bin", "/bin"]],
  [{ PATH: ".:/usr/bin::bin:../bin:/bin:" }, ["/usr/bin", "/bin"]],
  [{}, []],
  [{ Path: String.raw`.;C:\Windows;\tools;D:/bin;bin` }, [String.raw`C:\Windows`, "D:/bin"]],
])("of %j only absolute folders hold programs", (env, found) => {
  expect(programFolders(env)).toEqual(found);
  expect(programFolders(withoutHere(env))).toEqual(found);
});

test("the rest of an environment stays, and an empty PATH stands for no working directory", () => {
  expect(programFolders({ PATH: "" })).toEqual([]);
  const env: Record<string, string> = { HOME: "/h", PATH: ".:/bin" };
  expect(withoutHere(env)).toEqual({ HOME: "/h", PATH: "/bin" });
  expect(withoutHere({})).toEqual({});
  expect(withoutHere({ PATH: ".:bin:" })).toEqual({ PATH: "/usr/bin:/bin" });
  expect(withoutHere({ PATH: "" })).toEqual({ PATH: "/usr/bin:/bin" });
});
