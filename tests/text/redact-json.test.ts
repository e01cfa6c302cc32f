import { describe, expect, test } from "bun:test";
import { redactJson, redactJsonText } from "../../src/text/redact-json.ts";
import { body } from "../support/sample-text.ts";

describe("redactJson", () => {
  test("redacts the strings and leaves keys and other values", () => {
    const value = {
      a: [`ghp_${body(36)}`, 1, null, true],
      [`ghp_${body(36)}`]: "x",
      "10": { b: "" },
    };
    expect(redactJson(value)).toEqual({
      a: ["[redacted:github]", 1, null, true],
      [`ghp_${body(36)}`]: "x",
      "10": { b: "" },
    });
    expect(value.a[0]).toBe(`ghp_${body(36)}`);
    expect(redactJson("DB_PASSWORD=x1")).toBe("DB_PASSWORD=[redacted:assignment]");
    expect([redactJson(null), redactJson(3), redactJson(undefined)]).toEqual([null, 3, undefined]);
  });

  test("replaces the strings under a secret's name", () => {
    const secrets = [
      "password",
      "DB_PASSWORD",
      "authToken",
      "api_key",
      "x-api-key",
      "Authorization",
    ];
    const others = ["max_tokens", "token_count", "secretary", "monkey", "cwd", "PWD"];
    for (const key of secrets) {
      expect(redactJson({ [key]: "/x" })).toEqual({ [key]: "[redacted:assignment]" });
      expect(redactJson({ [key]: "" })).toEqual({ [key]: "" });
      expect(redactJson({ [key]: "[redacted:jwt]" })).toEqual({ [key]: "[redacted:jwt]" });
      expect(redactJson({ [key]: { n: 1 } })).toEqual({ [key]: { n: 1 } });
    }
    for (const key of others) expect(redactJson({ [key]: "/x" })).toEqual({ [key]: "/x" });
  });

  test("replaces a short password, pin or code under its name, and no word or number of another kind", () => {
    const secrets = {
      pw: "sunshine",
      dbpw: "sunshine",
      pass: "hunter2",
      otp: "123456",
      pin: "4711",
    };
    for (const [key, value] of Object.entries(secrets)) {
      expect(redactJson({ [key]: value })).toEqual({ [key]: "[redacted:assignment]" });
    }
    const others = {
      pass: "all of it",
      otp: "required",
      pin: "GPIO13",
      pinned: "4711",
      pw_len: "1",
    };
    expect(redactJson(others)).toEqual(others);
  });

  test("judges what is filled in by what it is said to be for", () => {
    const filled = {
      fields: [{ name: "Password", type: "textbox", value: "sunshine" }],
      typed: { element: "Password field", ref: "e3", text: "sunshine" },
      other: { element: "Search box", text: "sunshine" },
    };
    expect(redactJson(filled)).toEqual({
      fields: [{ name: "Password", type: "textbox", value: "[redacted:assignment]" }],
      typed: { element: "Password field", ref: "e3", text: "[redacted:assignment]" },
      other: filled.other,
    });
  });

  test("keeps the order of keys and an own __proto__", () => {
    const text = '{"b":[{"x":1},{"y":2}],"__proto__":{"polluted":"DB_PASSWORD=x1"},"a":"z"}';
    const result = redactJson(JSON.parse(text)) as Record<string, unknown>;
    expect(JSON.stringify(result)).toBe(text.replace("x1", "[redacted:assignment]"));
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(Object.hasOwn(result, "__proto__")).toBe(true);
  });

  test("does not overflow the stack", () => {
    let deep: unknown = `ghp_${body(36)}`;
    for (let depth = 0; depth < 10_000; depth++) deep = [deep];
    let result = redactJson(deep);
    while (Array.isArray(result)) result = result[0];
    expect(result).toBe("[redacted:github]");
  });
});

describe("redactJsonText", () => {
  test.each<object>([
    { typed: { element: "PIN field", text: "4711" } },
    { fields: [{ name: "Password input", value: "sunshine" }] },
    { name: "Password", value: "sunshine" },
    { Name: "api key box", Value: "4711" },
    { password: "sunshine" },
    { token: `ghp_${body(36)}` },
    { element: "Search box", text: "sunshine" },
  ])("finds in a JSON text what is found in its value: %j", (value) => {
    expect(redactJsonText(JSON.stringify(value))).toBe(JSON.stringify(redactJson(value)));
  });
});
