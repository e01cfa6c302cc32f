import { formatLength } from "../../../text/duration.ts";
import { formatCount } from "../../../text/figures/figures.ts";
import { wordForPosix } from "../../../text/shell-words.ts";
import { isAutomaticSummary } from "../../../text/summary.ts";
import type { ShownDocument } from "../documents.ts";
import {
  Age,
  Agent,
  CommandLine,
  Copy,
  money,
  OnMachine,
  StateMark,
  Stored,
  StoredLines,
  When,
  Where,
} from "../shown.tsx";
import { waits } from "../state.ts";
import { Lanes } from "./lanes.tsx";
import { isElsewhere, reasonOf, useLiveRow } from "./waits.ts";

const MOST_FILES = 50;

function Facts({ shown }: { readonly shown: ShownDocument }) {
  const { usage, duration_seconds: lasted, active_seconds: active } = shown;
  const isAllActive = lasted === null || lasted - active < 60;
  return (
    <p class="facts">
      <Agent id={shown.agent_id} />
      {shown.model !== null && <Stored text={shown.model} />}
      <Where project={shown.project} branch={shown.branch} />
      <OnMachine machine={shown.machine} />
      <span>
        <When at={shown.started_at} dated />
        {shown.ended_at !== null && (
          <>
            {" to "}
            <When at={shown.ended_at} />
          </>
        )}
      </span>
      {lasted !== null && (
        <span>
          {formatLength(lasted * 1000)}
          {!isAllActive && `, ${formatLength(active * 1000)} of it active`}
        </span>
      )}
      {usage !== null && (
        <span>
          {formatCount(usage.total_tokens)} tokens, {money(usage)}
        </span>
      )}
    </p>
  );
}

/** Why it waits, where it does. */
function Waits({ shown }: { readonly shown: ShownDocument }) {
  const row = useLiveRow(shown);
  if (row === undefined || !waits(row)) return null;
  const content = reasonOf(row);
  return (
    <div class={`callout is-${row.state}`}>
      <p>
        <strong>{row.state === "asks" ? "It asks for you" : "It waits for you"}</strong>{" "}
        <Age since={row.last_event_at} />
      </p>
      {content !== "" && (
        <p>
          <StoredLines text={content} />
        </p>
      )}
      {(row.cwd !== null || isElsewhere(row)) && (
        <p class="dim small">
          It runs
          {row.cwd !== null && (
            <>
              {" in "}
              <Stored text={row.cwd} />
            </>
          )}
          {isElsewhere(row) && (
            <>
              {" "}
              <OnMachine machine={row.machine} />
            </>
          )}
          : answer it there
          {!isElsewhere(row) && ", or resume it elsewhere"}.
        </p>
      )}
      {row.pushed_at != null && (
        <p class="dim small">
          As of the last push, <Age since={row.pushed_at} /> ago.
        </p>
      )}
    </div>
  );
}

function Actions({ shown }: { readonly shown: ShownDocument }) {
  const id = wordForPosix(shown.id);
  const resume = shown.resume_command;
  const { machine } = shown;
  const on = machine === undefined ? "" : ` --machine ${wordForPosix(machine)}`;
  return (
    <div class="actions">
      {resume !== null && (
        <div class="command">
          <span class="dim">Resume</span>
          <code>
            <CommandLine text={resume} />
          </code>
          <Copy text={resume} label="Copy" />
        </div>
      )}
      <Copy text={shown.id} label="Copy id" />
      <Copy text={`mm session export ${id}${on} -o session.html`} label="Copy export command" />
    </div>
  );
}

function Files({ shown }: { readonly shown: ShownDocument }) {
  const { files } = shown;
  if (files.length === 0) return null;
  const root = shown.root ?? shown.cwd;
  const changed = files.filter((file) => file.changed > 0).length;
  return (
    <details class="files">
      <summary>
        {files.length} file{files.length !== 1 && "s"}
        {changed > 0 && `, ${changed} changed`}
      </summary>
      <ul>
        {files.slice(0, MOST_FILES).map((file) => (
          <li key={file.path}>
            <a href={`#/search?${new URLSearchParams({ file: file.path })}`}>
              <code>
                <Stored text={root === null ? file.path : file.path.replace(`${root}/`, "")} />
              </code>
            </a>{" "}
            <span class="dim">
              {[
                file.changed > 0 && `${file.changed} changed`,
                file.read > 0 && `${file.read} read`,
                file.other > 0 && `${file.other} other`,
                file.failed > 0 && `${file.failed} failed`,
              ]
                .filter(Boolean)
                .join(", ")}
            </span>
          </li>
        ))}
        {files.length > MOST_FILES && <li class="dim">and {files.length - MOST_FILES} more</li>}
      </ul>
    </details>
  );
}

/** What a session is about, and what can be done with it. */
export function Head({ shown }: { readonly shown: ShownDocument }) {
  return (
    <header class="head">
      <h1>
        {shown.title === null ? "(no title)" : <Stored text={shown.title} />}{" "}
        <StateMark state={shown.state} />
      </h1>
      <Facts shown={shown} />
      <Waits shown={shown} />
      <Actions shown={shown} />
      {shown.summary !== null && shown.summary !== "" && !isAutomaticSummary(shown.summary) && (
        <p class="summary">
          <StoredLines text={shown.summary} />
        </p>
      )}
      <Lanes outline={shown.outline} />
      <Files shown={shown} />
    </header>
  );
}
