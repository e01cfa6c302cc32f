import { AGENTS, type AgentName } from "../../agents/agents.ts";
import { HISTORIES } from "../../agents/histories.ts";
import type { Context } from "../../context.ts";
import { loadSettings } from "../../settings/settings.ts";
import { counted } from "../../text/text.ts";
import { changedSources } from "../changes/changes.ts";
import { TranscriptFiles } from "../files.ts";
import { type FoundSource, findSources } from "../find.ts";

const DAY_MS = 24 * 3600 * 1000;
/** What is deleted later is no reason to hurry. */
const SOON_DAYS = 7;

/** An agent that deletes its transcripts. */
interface Forgetful {
  readonly agent: AgentName;
  readonly days: number;
  readonly setting: string;
}

/** Transcripts that their agent is about to delete and that have something new for `mm`. */
export interface Going extends Forgetful {
  readonly transcripts: number;
  /** Until the first one goes; 0 for the agent's next start. */
  readonly daysLeft: number;
}

const FORGETFUL = (Object.keys(HISTORIES) as AgentName[]).filter(
  (agent) => HISTORIES[agent]?.retention !== undefined,
);

/** How long an agent keeps its transcripts; settings that can't be read say nothing of it. */
function retentionOf(agent: AgentName, env: Context["env"], files: TranscriptFiles) {
  const json = (path: string) => {
    try {
      return files.json(path);
    } catch {
      return null;
    }
  };
  return HISTORIES[agent]?.retention?.(env, { json }) ?? null;
}

/** The agents among these that delete their transcripts. */
function forgetful({ env, now }: Pick<Context, "env" | "now">, agents: readonly AgentName[]) {
  const files = new TranscriptFiles(now().getTime());
  return FORGETFUL.filter((agent) => agents.includes(agent)).flatMap((agent): Forgetful[] => {
    const retention = retentionOf(agent, env, files);
    return retention === null ? [] : [{ agent, ...retention }];
  });
}

function lastChange({ files }: FoundSource): number {
  return Math.max(...files.map(({ modifiedMs }) => modifiedMs));
}

/** What is about to go, of each agent. */
export async function goingSoon(ctx: Pick<Context, "env" | "now" | "store">): Promise<Going[]> {
  const files = new TranscriptFiles(ctx.now().getTime());
  const store = await ctx.store();
  const found: Going[] = [];
  for (const agent of FORGETFUL) {
    const retention = retentionOf(agent, ctx.env, files);
    if (retention === null) continue;
    const { sources } = await changedSources(store, agent, findSources(agent, ctx.env));
    const left = sources.flatMap((source) => {
      const paths = source.files.map(({ path }) => path);
      if (paths.every((path) => retention.isKept?.(path) === true)) return [];
      if (retention.endsAtNextStart?.(paths) === true) return [0];
      const age = (ctx.now().getTime() - lastChange(source)) / DAY_MS;
      return [Math.max(0, Math.floor(retention.days - age))];
    });
    const soon = left.filter((days) => days <= SOON_DAYS);
    const { days, setting } = retention;
    const daysLeft = Math.min(...soon);
    if (soon.length > 0) found.push({ agent, days, setting, transcripts: soon.length, daysLeft });
  }
  return found;
}

const inDays = (days: number) => (days === 0 ? "at its next start" : `in ${counted(days, "day")}`);

/** `Claude Code will delete 3 transcripts, the first one in 2 days, and mm hasn't read them`. */
export function describeGoing({ agent, transcripts, daysLeft }: Going): string {
  const first = transcripts === 1 ? ` ${inDays(daysLeft)}` : `, the first one ${inDays(daysLeft)}`;
  const them = transcripts === 1 ? "it" : "them";
  return `${AGENTS[agent].name} will delete ${counted(transcripts, "transcript")}${first}, and mm hasn't read ${them}`;
}

/** How to have in time what these agents will delete: lines for people, perhaps none. */
export async function retentionNotes(
  ctx: Pick<Context, "env" | "now" | "store" | "warnings">,
  agents: readonly AgentName[],
  isRead: boolean,
): Promise<string[]> {
  if (!isRead) {
    const going = await goingSoon(ctx);
    return going
      .filter(({ agent }) => agents.includes(agent))
      .map((one) => `${describeGoing(one)}.`);
  }
  const { home } = await ctx.store();
  const warn = (message: string) => void ctx.warnings.push(message);
  const { history, prompts } = await loadSettings(home, warn);
  // Hooks keep up by themselves where they report prompts.
  const isKeptUp = (agent: AgentName) => history ?? prompts.includes(agent);
  const left = forgetful(ctx, agents).filter(({ agent }) => !isKeptUp(agent));
  const told = Map.groupBy(left, ({ days }) => Math.ceil(days));
  if (told.size === 0) return [];
  const lines = [...told].map(([days, some]) => {
    const names = some.map(({ agent }) => AGENTS[agent].name);
    const verb = names.length === 1 ? "deletes its" : "delete their";
    return `${new Intl.ListFormat("en").format(names)} ${verb} transcripts after ${counted(days, "day")}.`;
  });
  const next = history === null ? "mm hooks install" : "mm config set history true";
  return [...lines, `To have hooks read new ones in time: ${next}`];
}
