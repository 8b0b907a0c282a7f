interface TogglesProps<T extends string> {
  readonly label: string;
  /** Values and what they are called. */
  readonly options: readonly (readonly [T, string])[];
  readonly value: string;
  readonly onChoose: (value: T) => void;
}

/** One of a few, all in sight. */
export function Toggles<T extends string>({ label, options, value, onChoose }: TogglesProps<T>) {
  return (
    <div className="toggles" role="group" aria-label={label}>
      {options.map(([one, name]) => (
        <button key={one} type="button" className="toggle" aria-pressed={one === value} onClick={() => onChoose(one)}>
          {name}
        </button>
      ))}
    </div>
  );
}
