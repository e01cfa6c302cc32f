import { describe, expect, test } from "bun:test";
import { isLocal, parseAddress, serverPlace } from "../../src/sync/remote/address.ts";

const at = (url: string) => {
  const address = parseAddress(url);
  const { user, database } = address;
  return { user, database, place: serverPlace(address), isLocal: isLocal(address) };
};

describe("the URL of a server", () => {
  test.each([
    ["postgres://ada@db.acme.com/agents", "ada", "agents", "db.acme.com:5432", false],
    ["postgresql://ada@[::1]:6000/agents", "ada", "agents", "[::1]:6000", true],
    ["postgres://ada@LOCALHOST/agents", "ada", "agents", "localhost:5432", true],
    ["postgres://a%40b@127.0.0.1/a%20b", "a@b", "a b", "127.0.0.1:5432", true],
    ["postgres://ada@localhost/x?host=/run/pg", "ada", "x", "/run/pg/.s.PGSQL.5432", true],
    ["postgres://ada@%2FRun%2Fpg/x", "ada", "x", "/Run/pg/.s.PGSQL.5432", true],
    ["postgres://ada@localhost.acme.com/x", "ada", "x", "localhost.acme.com:5432", false],
  ])("%s", (url, user, database, place, isOnThis) =>
    expect(at(url)).toEqual({ user, database, place, isLocal: isOnThis }),
  );

  test.each([
    ["postgres://ada:secret@h/x", "holds a password"],
    ["postgres://%zz@h/x", "has a wrong % in it"],
    ["postgres://ada@h/x%00y", "has a wrong % in it"],
    ["postgres://a%0Ab@h/x", "has a wrong % in it"],
    ["postgres://ada@h/x#y", "has a # in it, which is written %23"],
    ["postgres://ada@h/x?sslmode=disable", "has the unknown parameter 'sslmode'"],
    ["postgres://ada@h", "names no database"],
    ["postgres://h/x", "names no user"],
    ["mysql://ada@h/x", "doesn't start with postgres://"],
    ["ada secret@h", "can't be read"],
  ])("%s is refused", (url, why) => {
    expect(() => parseAddress(url)).toThrow(why);
    expect(() => parseAddress(url)).not.toThrow("secret");
  });
});
