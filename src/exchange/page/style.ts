/** The page's only style; no element has one of its own. */
export const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1c2128; --dim: #59636e; --line: #d8dee4; --soft: #f6f8fa; --link: #0a58ca;
  --prompts: #2563eb; --answers: #0e7490; --tools: #1a7f5a; --errors: #cf222e; --subagents: #8250df; --other: #6e7781; }
@media (prefers-color-scheme: dark) { :root { --back: #14171c; --text: #e4e8ee; --dim: #9aa5b1; --line: #343b45; --soft: #1b1f26; --link: #7ab0ff;
  --prompts: #6ea8ff; --answers: #5ec4d8; --tools: #4cc38a; --errors: #ff7b7b; --subagents: #c49bff; --other: #9aa5b1; } }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; background: var(--back); color: var(--text); overflow-wrap: anywhere; }
h1, h2 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .5rem; }
p { margin: 0 0 .25rem; }
a { color: var(--link); }
.facts, nav small, footer, .up { color: var(--dim); font-size: .875rem; }
.did { margin-top: .75rem; }
nav ol { list-style: none; margin: 1rem 0; padding: 0; }
nav li { padding: .5rem 0; border-top: 1px solid var(--line); }
nav small { display: block; }
section { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: 1.5rem; }
section:only-of-type { border-top: 0; margin-top: 0; padding-top: 0; }
figure { margin: 1.25rem 0; font-size: .75rem; color: var(--dim); display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem .75rem; align-items: center; }
figure svg { width: 100%; height: 1.1rem; display: block; border-bottom: 1px solid var(--line); }
figcaption { grid-column: 2; display: flex; justify-content: space-between; }
.prompts { fill: var(--prompts); } .answers { fill: var(--answers); } .tools { fill: var(--tools); } .errors { fill: var(--errors); } .subagents { fill: var(--subagents); } .other { fill: var(--other); }
summary { cursor: pointer; color: var(--dim); font-size: .875rem; }
.files, .turn > details { border-left: 3px solid var(--line); padding-left: .9rem; margin: .5rem 0; }
ul, .turn ol { list-style: none; margin: .35rem 0 .5rem; padding: 0; font-size: .8125rem; color: var(--dim); }
.turn { margin-top: 1.75rem; }
.prompt { font-size: 1.0625rem; white-space: pre-wrap; background: var(--soft); border-left: 3px solid var(--prompts); padding: .6rem .9rem; }
.prompt time { float: right; margin-left: 1rem; }
time { color: var(--dim); font-size: .75rem; }
.turn li { display: grid; grid-template-columns: 2.6rem max-content minmax(0, 1fr) max-content; gap: .6rem; padding: .1rem 0; align-items: baseline; }
.turn li b { font-weight: 500; max-width: 12rem; }
.said { margin-top: .5rem; padding-left: .9rem; white-space: pre-wrap; }
.answer div { color: var(--text); font-size: .9375rem; white-space: pre-wrap; }
.error b, .error i, .failed { color: var(--errors); }
.error i { display: block; white-space: pre-wrap; }
i { font-style: normal; }
code, pre { font: .8125rem/1.5 ui-monospace, monospace; white-space: pre-wrap; margin: 0; }
footer { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: .75rem; }
@media (max-width: 40rem) {
  body { margin: 1rem auto; }
  .turn li { grid-template-columns: 2.6rem minmax(0, 1fr) max-content; gap: 0 .6rem; }
  .turn li > div { grid-column: 2 / -1; grid-row: 2; }
}
@media print { details > * { display: block; } }
`;

/** Allows nothing but this style, by its hash: no scripts, no images, no requests. */
export function policy(): string {
  const hash = new Bun.CryptoHasher("sha256").update(STYLE).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'`;
}
