import type { ComponentChildren } from "preact";

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
