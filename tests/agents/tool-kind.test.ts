import { expect, test } from "bun:test";
import { type ToolKind, toolKind } from "../../src/agents/tool-kind.ts";

const KINDS: Readonly<Record<ToolKind, string>> = {
  shell:
    "Bash bash run_shell_command shell local_shell exec_command unified_exec execute_command run_command Execute run_in_terminal BashOutput KillShell write_stdin powershell",
  read: "Read read_file read_many_files view view_image ReadFile NotebookRead read",
  edit: "Edit MultiEdit Write NotebookEdit write_file replace apply_patch edit create str_replace_editor replace_string_in_file insert_edit_into_file WriteFile StrReplaceFile delete_file",
  search:
    "Grep grep Glob glob LS list_directory search_file_content codebase_search file_search grep_search",
  web: "WebFetch webfetch WebSearch google_web_search web_fetch fetch FetchURL browser_action",
  subagent: "Task task Agent spawn_agent runSubagent new_task",
  plan: "TodoWrite todowrite update_plan write_todos ExitPlanMode TaskCreate AskUserQuestion",
  mcp: "mcp__github__create_issue mcp_linear_get github__search",
  other: "sleep save_memory ToolX",
};

test.each(Object.entries(KINDS))("%s", (kind, names) => {
  for (const name of names.split(" "))
    expect(`${name}: ${toolKind(name)}`).toBe(`${name}: ${kind}`);
});
