/** What tools of all agents are for. Agents call the same tool by different names. */
const TOOL_KINDS = [
  "shell",
  "read",
  "edit",
  "search",
  "web",
  "subagent",
  "plan",
  "mcp",
  "other",
] as const;

export type ToolKind = (typeof TOOL_KINDS)[number];

/** The first that matches a tool's name. */
const NAMES: readonly (readonly [ToolKind, RegExp])[] = [
  ["mcp", /^mcp[_-]|__/iu],
  [
    "shell",
    /^(?:bash|sh|shell|powershell|pwsh|terminal|execute|exec|bash_?output|kill_?(?:shell|bash)|write_stdin)$|shell|exec_command|^unified_exec$|(?:run|execute)_(?:command|terminal)|run_in_terminal|command_status/iu,
  ],
  ["web", /web|fetch|browser|url|https?/iu],
  ["plan", /todo|plan|^task_?(?:create|update|list|get|output|stop)$|ask_?user/iu],
  ["subagent", /agent|^task$|^new_task$|delegate|^skill$/iu],
  ["edit", /edit|write|replace|patch|create|insert|delete|remove|move|rename/iu],
  ["search", /grep|search|glob|^(?:ls|find|list)$|list_?(?:dir|file)/iu],
  ["read", /read|view|open|^cat$/iu],
];

/** What a tool is for, by the name that its agent gives it. */
export function toolKind(name: string): ToolKind {
  return NAMES.find(([, pattern]) => pattern.test(name))?.[0] ?? "other";
}
