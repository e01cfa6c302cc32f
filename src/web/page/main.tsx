import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Keys } from "./keys.tsx";
import { LaterView } from "./later.tsx";
import { LiveView } from "./live.tsx";
import { pageToken, warning } from "./server.ts";
import { SessionView } from "./session/view.tsx";
import { SessionsView } from "./sessions.tsx";
import { Stored } from "./shown.tsx";
import { askedMachine, listen, live, place, tick, trouble, waiting } from "./state.ts";

const VIEWS: readonly (readonly [string, string])[] = [
  ["live", "Live"],
  ["sessions", "Sessions"],
  ["search", "Search"],
  ["figures", "Figures"],
];

/** Loaded when it is looked at, because most who open the page look at sessions. */
const figures = async () => (await import("./figures.tsx")).FiguresView;
const search = async () => (await import("./search.tsx")).SearchView;

function View() {
  switch (place.value.view) {
    case "session":
      return <SessionView />;
    case "sessions":
      return <SessionsView />;
    case "search":
      return <LaterView key="search" load={search} />;
    case "figures":
      return <LaterView key="figures" load={figures} />;
    default:
      return <LiveView />;
  }
}

function Navigation() {
  const { view } = place.value;
  const asks = waiting.value.some(({ state }) => state === "asks");
  return (
    <nav class="navigation" aria-label="Views">
      <a class="brand" href="#/live" aria-label="mm, live sessions">
        mm
      </a>
      {VIEWS.map(([name, title]) => (
        <a key={name} href={`#/${name}`} aria-current={view === name ? "page" : undefined}>
          {title}
          {name === "live" && waiting.value.length > 0 && (
            <span class={`badge${asks ? " is-asks" : ""}`}>{waiting.value.length}</span>
          )}
        </a>
      ))}
    </nav>
  );
}

/** What is wrong while something is shown all the same; empty for nothing. */
function problem(): string {
  if (trouble.value === null) return askedMachine() === undefined ? "" : warning.value;
  const isShown = place.value.view === "live" && live.value === null;
  return isShown ? "" : `${trouble.value.message}. ${trouble.value.hint}`;
}

function Banner() {
  const text = problem();
  return text === "" ? null : (
    <p class="banner" role="status">
      <Stored text={text} />
    </p>
  );
}

function Page() {
  const main = useRef<HTMLElement>(null);
  const { view, parts } = place.value;
  const key = `${view}/${parts[0] ?? ""}`;
  useEffect(() => {
    if (parts.length < 2) scrollTo({ top: 0 });
  }, [key]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        To the content
      </button>
      <header class="top">
        <Navigation />
        <Keys />
      </header>
      <Banner />
      <main ref={main} id="main" tabIndex={-1}>
        <View />
      </main>
    </>
  );
}

function NoToken() {
  return (
    <main class="alone">
      <p>
        Open the address that <code>mm web</code> printed.
      </p>
    </main>
  );
}

const root = document.getElementById("page");
if (root !== null && pageToken === null) render(<NoToken />, root);
else if (root !== null) {
  render(<Page />, root);
  tick();
  void listen();
}
