import { useEffect, useRef } from "preact/hooks";
import { place, sessionLink, waiting } from "./state.ts";

const KEYS: readonly (readonly [string, string])[] = [
  ["w", "the next session that waits for you"],
  ["j k", "down and up a list"],
  ["Enter", "open"],
  ["[ ]", "the previous and the next prompt"],
  ["/", "search"],
  ["g l", "live sessions"],
  ["g s", "all sessions"],
  ["g f", "figures"],
  ["?", "these keys"],
];

const PLACES: Readonly<Record<string, string>> = {
  l: "#/live",
  s: "#/sessions",
  f: "#/figures",
};

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, select, textarea") !== null;
}

/** Moves the focus among the links of a list. */
function move(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>("main .rowlink")].filter(
    (link) => link.offsetParent !== null,
  );
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = links[at < 0 ? (step === 1 ? 0 : links.length - 1) : at + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function nextWaiting(): void {
  const all = waiting.value;
  const [id = ""] = place.value.view === "session" ? place.value.parts : [];
  const next = all[(all.findIndex((each) => each.id === id) + 1) % all.length];
  if (next !== undefined) location.hash = sessionLink(next.id);
}

function search(): void {
  const field = document.getElementById("words");
  if (field === null) location.hash = "#/search";
  else field.focus();
}

const GOING_MS = 1000;

/** What the keys do, by what they are. */
function actions(showHelp: () => void): Readonly<Record<string, () => void>> {
  const prompt = (step: number) => () =>
    void dispatchEvent(new CustomEvent("mm-prompt", { detail: step }));
  return {
    j: () => move(1),
    k: () => move(-1),
    w: nextWaiting,
    "/": search,
    "?": showHelp,
    "[": prompt(-1),
    "]": prompt(1),
  };
}

const hasModifier = ({ ctrlKey, metaKey, altKey }: KeyboardEvent) => ctrlKey || metaKey || altKey;

const of = <T,>(all: Readonly<Record<string, T>>, key: string) =>
  Object.hasOwn(all, key) ? all[key] : undefined;

/** What a key does where nobody types; undefined for most. */
function listener(showHelp: () => void): (event: KeyboardEvent) => void {
  const all = actions(showHelp);
  let wentAt = Number.NEGATIVE_INFINITY;
  return (event) => {
    const { key, target, timeStamp } = event;
    if (hasModifier(event)) return;
    if (isTyping(target)) {
      if (key === "Escape") (target as HTMLElement).blur();
      return;
    }
    const to = timeStamp - wentAt < GOING_MS ? of(PLACES, key) : undefined;
    wentAt = key === "g" ? timeStamp : Number.NEGATIVE_INFINITY;
    const goes = () => {
      location.hash = to ?? "";
    };
    const action = to === undefined ? of(all, key) : goes;
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
}

/** Listens to keys, and lists them where somebody asks. */
export function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const press = listener(() => dialog.current?.showModal());
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return (
    <>
      <button
        type="button"
        class="help"
        aria-label="Keys"
        onClick={() => dialog.current?.showModal()}
      >
        ?
      </button>
      <dialog ref={dialog} aria-labelledby="keys">
        <h2 id="keys">Keys</h2>
        <dl>
          {KEYS.map(([key, meaning]) => (
            <div key={key}>
              <dt>
                {key.split(" ").map((each) => (
                  <kbd key={each}>{each}</kbd>
                ))}
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}
