import { computed } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";
import { formatAge } from "../../text/duration.ts";
import { formatCost } from "../../text/figures/figures.ts";
import { escapeControls, firstChars } from "../../text/text.ts";
import type { Failure } from "./documents.ts";
import { now } from "./state.ts";

/** Stored text, of one line, which moves nothing around it. */
export function Stored({ text }: { readonly text: string }) {
  return <bdi>{escapeControls(text)}</bdi>;
}

/** Stored text of several lines. */
export function StoredLines({ text }: { readonly text: string }) {
  return <bdi>{text.split("\n").map(escapeControls).join("\n")}</bdi>;
}

/** A command line. Browsers break lines at dashes; an option stays whole. */
export function CommandLine({ text }: { readonly text: string }) {
  const parts = escapeControls(text).split(/((?<=\s)--?\w[\w-]{0,30}(?=\s))/u);
  return (
    <bdi>
      {parts.map((part, index) => {
        if (index % 2 === 0) return part;
        return (
          <span key={index} class="option">
            {part}
          </span>
        );
      })}
    </bdi>
  );
}

/** Stored text for where no elements are possible. */
export function cutText(text: string, most: number): string {
  const safe = escapeControls(firstChars(text, most));
  return text.length > most ? `${safe}…` : safe;
}

const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const formats = {
  time: new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false }),
  day: new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" }),
  dated: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" }),
};

/** A local day like `2026-03-10`. */
export function dayOf(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Whatever names days is drawn again at midnight, not each second. */
const today = computed(() => dayOf(now.value));
const DAY_MS = 86_400_000;
const NEAR_MS = 300 * DAY_MS;

/** `Today`, `Yesterday`, `Mon 23 Nov` or, long ago, `23 Nov 2025`. What is no time may be stored, too. */
export function dayName(ms: number): string {
  if (Number.isNaN(ms)) return "No day";
  const day = dayOf(ms);
  if (day === today.value) return "Today";
  const present = now.peek();
  if (day === dayOf(present - DAY_MS)) return "Yesterday";
  return present - ms > NEAR_MS ? formats.dated.format(ms) : formats.day.format(ms);
}

/** A stored time: local, with everything that is stored in its title. */
export function When({ at, dated = false }: { readonly at: string; readonly dated?: boolean }) {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return <Stored text={at} />;
  const time = formats.time.format(ms);
  return (
    <time dateTime={at} title={`${new Date(ms).toLocaleString()} ${zone}`}>
      {dated ? `${dayName(ms)} ${time}` : time}
    </time>
  );
}

/** How long ago something was, as it grows. */
export function Age({ since }: { readonly since: string | null }) {
  const ms = since === null ? Number.NaN : Date.parse(since);
  // Only its own text is written again, and only when it is another one.
  const age = useMemo(() => computed(() => formatAge(now.value - ms)), [ms]);
  if (since === null || Number.isNaN(ms)) return null;
  return (
    <time class="age" dateTime={since} title={new Date(ms).toLocaleString()}>
      {age}
    </time>
  );
}

/** A state in its colour, as on the terminal. */
export function StateMark({ state }: { readonly state: string }) {
  return <span class={`state is-${state}`}>{state}</span>;
}

const SHORT: Readonly<Record<string, string>> = {
  "claude-code": "Claude Code",
  codex: "Codex",
  "gemini-cli": "Gemini CLI",
  "copilot-cli": "Copilot CLI",
  "qwen-code": "Qwen Code",
  opencode: "OpenCode",
};

/** The link of a row. */
export function TitleLink({ to, title }: { readonly to: string; readonly title: string | null }) {
  return (
    <a class="rowlink" href={to}>
      <span class="title">{title === null ? "(no title)" : <Stored text={title} />}</span>
    </a>
  );
}

/** What people call an agent. */
export function agentName(id: string): string {
  return Object.hasOwn(SHORT, id) ? (SHORT[id] ?? id) : id;
}

export function Agent({ id }: { readonly id: string }) {
  return <Stored text={agentName(id)} />;
}

/** `shop @ main` */
export function Where({
  project,
  branch,
}: {
  readonly project: string | null;
  readonly branch: string | null;
}) {
  if (project === null && branch === null) return null;
  return (
    <span class="where">
      {project !== null && <Stored text={project} />}
      {branch !== null && (
        <span class="branch">
          {" @ "}
          <Stored text={branch} />
        </span>
      )}
    </span>
  );
}

/** The machine that it is from, where machines were asked for. */
export function OnMachine({ machine }: { readonly machine: string | undefined }) {
  if (machine === undefined) return null;
  return (
    <span>
      on <Stored text={machine} />
    </span>
  );
}

const COPIED_MS = 1500;

/** A button that copies a text. */
export function Copy({ text, label }: { readonly text: string; readonly label: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(setCopied, COPIED_MS, false);
  };
  return (
    <button type="button" class="copy" onClick={() => void copy()} title={cutText(text, 200)}>
      {isCopied ? "Copied" : label}
    </button>
  );
}

/** Why there is nothing to show. */
export function Trouble({ failure }: { readonly failure: Failure }) {
  return (
    <div class="trouble" role="alert">
      <p>
        <Stored text={failure.message} />
      </p>
      {failure.hint !== "" && (
        <p class="dim">
          <Stored text={failure.hint} />
        </p>
      )}
    </div>
  );
}

/** What calls of models cost, as `mm stats cost` says it. */
export function money(usage: {
  readonly cost_usd: number;
  readonly models_without_price: readonly string[];
}): string {
  return formatCost({ cost: usage.cost_usd, withoutPrice: usage.models_without_price });
}
