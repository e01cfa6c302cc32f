import { IDLE_MS } from "../../states/state.ts";
import { endByTranscript } from "../../store/history/retold.ts";
import { silentSessions, stillSilent } from "../../store/history/sessions.ts";
import type { Store } from "../../store/store.ts";
import type { PlannedSources } from "../changes/plan.ts";
import { mayBeOver } from "./finish.ts";
import type { Needs } from "./take.ts";

/** Hooks wait for no longer than it takes to end so many. */
const ENDED_AT_ONCE = 250;

/** The paths of agents' transcripts on this machine, those that are gone too. */
function pathsOf(planned: readonly PlannedSources[]): Set<string> {
  const sources = planned.flatMap(({ all }) => all);
  const found = sources.flatMap(({ files }) => files.map(({ path }) => path));
  return new Set([...found, ...planned.flatMap(({ readBefore }) => readBefore)]);
}

/**
 * Ends what nobody has ended since its transcript was read, and in which nothing happens any more: as if the transcript
 * were read only now.
 */
export async function endSilent(
  { now, agentProcesses }: Pick<Needs, "now" | "agentProcesses">,
  store: Store,
  planned: readonly PlannedSources[],
): Promise<void> {
  const since = now().getTime() - IDLE_MS;
  const silent = (await store.read(({ db }) => silentSessions(db, since))) ?? [];
  if (silent.length === 0) return;
  const paths = pathsOf(planned);
  const over: string[] = [];
  for (const session of silent) {
    const isHere = session.transcript !== null && paths.has(session.transcript);
    if (isHere && (await mayBeOver({ agentProcesses }, session))) over.push(session.id);
  }
  for (let at = 0; at < over.length; at += ENDED_AT_ONCE) {
    const some = over.slice(at, at + ENDED_AT_ONCE);
    await store.write(({ db }) => {
      for (const { id, lastEventAt, keepsSummary } of stillSilent(db, since, some)) {
        endByTranscript(db, id, lastEventAt ?? since, keepsSummary === 1);
      }
    });
  }
}
