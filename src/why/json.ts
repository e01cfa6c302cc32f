import { titleOf } from "../store/rows.ts";
import { toTimestamp } from "../text/time.ts";
import type { Author, LineAnswer } from "./answer.ts";
import type { Commit } from "./blame.ts";
import type { CommitAnswer } from "./commit.ts";
import type { FileAnswer } from "./file.ts";

const timestamp = (ms: number) => toTimestamp(new Date(ms));

function toJsonAuthor({ session, at, tool, prompt, said, resumeCommand }: Author) {
  return {
    id: session.id,
    agent_id: session.agentId,
    client: session.agent,
    model: session.model,
    title: titleOf(session),
    started_at: session.startedAt,
    at: timestamp(at),
    tool,
    prompt,
    said,
    resume_command: resumeCommand,
  };
}

function toJsonCommit(commit: Commit | null) {
  return (
    commit && {
      id: commit.id,
      author: commit.author,
      subject: commit.subject,
      written_at: timestamp(commit.writtenAt),
      committed_at: timestamp(commit.committedAt),
    }
  );
}

const NOTHING = {
  line: null,
  text: null,
  commit: null,
  committed: null,
  certainty: null,
  reason: null,
};

export function lineJson(answer: LineAnswer) {
  const { path, line, text, commit, isCommitted, certainty, reason, author } = answer;
  return {
    file: path,
    line,
    text,
    commit: toJsonCommit(commit),
    committed: isCommitted,
    certainty,
    reason,
    earlier_names: [],
    sessions: author === null ? [] : [{ ...toJsonAuthor(author), did: null, lines: null }],
    more: false,
  };
}

export function fileJson(answer: FileAnswer) {
  const { path, earlierNames, sessions, hasMore, withoutGit, isThere } = answer;
  return {
    ...NOTHING,
    file: path,
    reason: isThere ? withoutGit : "there is no such file",
    earlier_names: earlierNames,
    sessions: sessions.map((each) => ({ ...toJsonAuthor(each), did: each.did, lines: null })),
    more: hasMore,
  };
}

export function commitJson({ commit, sessions, lines, unknown }: CommitAnswer) {
  return {
    ...NOTHING,
    file: null,
    commit: toJsonCommit(commit),
    reason: `${lines - unknown} of ${lines} added lines are in transcripts`,
    earlier_names: [],
    sessions: sessions.map((each) => ({ ...toJsonAuthor(each), did: null, lines: each.lines })),
    more: false,
  };
}
