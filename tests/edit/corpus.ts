/** Settings as people have them; each is a whole file. */
const OTHER_HOOK = `{ "type": "command", "command": "~/bin/notify.sh 'it''s done'", "timeout": 5 }`;

const LIVED_IN = `{
  "$schema": "https://json.schemastore.org/claude-code-settings.json",
  "model": "opus",
  "env": { "HTTPS_PROXY": "http://localhost:8080" },
  "permissions": { "allow": ["Bash(npm run test:*)"], "deny": [] },
  "hooks": {
    "SessionStart": [
      {
        "matcher": "startup",
        "hooks": [ ${OTHER_HOOK} ]
      }
    ],
    "Stop": [{"hooks":[${OTHER_HOOK}]}],
    "PreToolUse": [
      { "matcher": "Bash", "hooks": [{ "type": "command", "command": "python3 guard.py" }] },
      { "matcher": "Bash", "hooks": [{ "type": "command", "command": "python3 guard.py" }] }
    ]
  },
  "statusLine": {"type":"command","command":"mm hook is no hook"}
}
`;

const COMMENTED = `// my settings
{
  /* the model */
  "model": "opus", // fast enough
  "hooks": {
    // on start
    "SessionStart": [
      { "hooks": [{ "type": "command", "command": "a" }] } // a
      , // and then
      { "hooks": [{ "type": "command", "command": "b" }] }
      // nothing more
    ],
    "Stop": [ // empty
    ],
    "SessionEnd": [/* empty */],
  },
  // the end
}
// really
`;

function large(): string {
  const allow = Array.from({ length: 20_000 }, (_, n) => `Bash(make target-${n}:*) "\\u00e9" }{][`);
  return JSON.stringify({ permissions: { allow }, hooks: { Stop: [] }, after: true }, null, 2);
}

export const CORPUS: Readonly<Record<string, string>> = {
  empty: "",
  "white space": " \n\n",
  "an empty object": "{}",
  "an empty object and a line": "{}\n",
  "an object of nothing": "{\n}\n",
  "no hooks yet": '{"hooks":{}}',
  "no hooks yet, spread": '{\n  "hooks": {}\n}\n',
  "on one line": `{"model":"opus","hooks":{"Stop":[{"hooks":[${OTHER_HOOK}]}]},"x":[1,2]}`,
  "with spaces on one line": '{ "model": "opus", "hooks": { "Stop": [ ] } }\n',
  "lived in": LIVED_IN,
  "four spaces": LIVED_IN.replaceAll(/^( +)/gmu, "$1$1"),
  tabs: LIVED_IN.replaceAll(/^( {2})+/gmu, (spaces) => "\t".repeat(spaces.length / 2)),
  CRLF: LIVED_IN.replaceAll("\n", "\r\n"),
  "a byte order mark": `\uFEFF${LIVED_IN}`,
  "a byte order mark and CRLF": `\uFEFF${LIVED_IN.replaceAll("\n", "\r\n")}`,
  "no final newline": LIVED_IN.trimEnd(),
  "comments and trailing commas": COMMENTED,
  "comments and CRLF": COMMENTED.replaceAll("\n", "\r\n"),
  "trailing commas on one line": '{"hooks":{"Stop":[{"hooks":[]},],},}',
  "keys that stand twice":
    '{\n  "hooks": {"Stop": [1]},\n  "hooks": {\n    "Stop": [],\n    "Stop": [2]\n  }\n}\n',
  "names out of the ordinary":
    '{\n  "hooks": {"constructor": [], "__proto__": [], "é\\"": []}\n}\n',
  "foreign shapes under an event":
    '{\n  "hooks": {\n    "Stop": [null, 1, "x", {"hooks": {}}, {}]\n  }\n}\n',
  "1 MB": large(),
};

/** What must be refused, with a part of the reason. */
export const REFUSED: Readonly<Record<string, readonly [text: string, reason: string]>> = {
  "cut short": ['{"hooks": {', "line 1, column 12"],
  "no JSON": ["model = 'opus'\n", "line 1, column 1"],
  "a missing comma": ['{\n  "a": 1\n  "b": 2\n}\n', "line 3, column 3"],
  "two documents": ["{}{}", "line 1, column 3"],
  "an array": ["[]\n", "it is not an object"],
  "a string": ['"hooks"', "it is not an object"],
  "hooks is an array": ['{"hooks": []}', "`hooks` is not an object at line 1, column 11"],
  "hooks is null": ['{"hooks": null}', "`hooks` is not an object"],
  "an event is an object": ['{"hooks": {"Stop": {}}}', "`hooks.Stop` is not an array"],
  "an event is a string": ['{\n"hooks": {"Stop": "x"}}', "is not an array at line 2, column 19"],
};
