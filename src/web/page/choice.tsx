import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { cutText } from "./shown.tsx";
import { ask, askedMachine, machines } from "./state.ts";

interface ChoiceProps {
  readonly label: string;
  /** Values with their names. */
  readonly options: readonly (readonly [string, string])[];
  readonly value: string;
  readonly choose: (value: string) => void;
  readonly children?: ComponentChildren;
}

/** Buttons of which one is pressed. */
export function Choice({ label, options, value, choose, children }: ChoiceProps) {
  return (
    <fieldset class="bar">
      <legend class="hidden">{label}</legend>
      {options.map(([each, name]) => (
        <button key={each} type="button" aria-pressed={value === each} onClick={() => choose(each)}>
          {name}
        </button>
      ))}
      {children}
    </fieldset>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly choose: (value: string) => void;
  /** Chooses what is typed after so long; otherwise once the field is left. */
  readonly typingMs?: number;
  readonly isWide?: boolean;
  readonly input?: InputHTMLAttributes<HTMLInputElement>;
}

/** A field that shows what is chosen, and never writes over what somebody types. */
export function Field({ label, value = "", choose, typingMs, isWide, input }: FieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const typed = useRef("");
  useEffect(() => {
    if (field.current !== null && typed.current !== value) field.current.value = value;
    typed.current = value;
  }, [value]);
  // Who has left for another view asks for nothing more in this one.
  useEffect(() => () => clearTimeout(timer.current), []);
  const take = () => {
    typed.current = field.current?.value.trim() ?? "";
    choose(typed.current);
  };
  const later = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(take, typingMs);
  };
  return (
    <label class={isWide ? "wide" : undefined}>
      {label}
      <input
        {...input}
        ref={field}
        onChange={typingMs === undefined ? take : undefined}
        onInput={typingMs === undefined ? undefined : later}
      />
    </label>
  );
}

const NAME_CHARS = 40;

/** Whose sessions a view shows; nothing where no other machine's are here. */
export function MachineChoice({ view }: { readonly view: string }) {
  const chosen = askedMachine() ?? "";
  if (machines.value === null && chosen === "") return null;
  const named = (machines.value ?? []).map((name) => [name, cutText(name, NAME_CHARS)] as const);
  const options = [["", "this one"], ["all", "all"], ...named] as const;
  return (
    <label class="machine">
      Machine
      <select
        value={chosen}
        onChange={(event) => ask(view, { limit: "", machine: event.currentTarget.value })}
      >
        {options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
        {!options.some(([value]) => value === chosen) && (
          <option value={chosen}>{cutText(chosen, NAME_CHARS)}</option>
        )}
      </select>
    </label>
  );
}
