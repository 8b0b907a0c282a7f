import { Combobox, Pill, PillsInput, useCombobox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { plus } from "../../api/client.ts";

interface GroupByProps {
  /** Names of labels, in the order in which they group. */
  readonly names: readonly string[];
  readonly onNames: (names: readonly string[]) => void;
}

/** The labels to group by as pills, and a field that completes names from the alerts there are. */
export function GroupBy({ names, onNames }: GroupByProps) {
  const [text, setText] = useState("");
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const { data } = useQuery({
    queryKey: ["values", ["name", ""]],
    queryFn: ({ signal }) => plus<{ readonly labels: readonly string[] }>("/alerts/values", { signal }),
    enabled: combobox.dropdownOpened,
    staleTime: 5000,
  });
  const wanted = text.trim();
  const options = (data?.labels ?? []).filter((name) => name.startsWith(wanted) && !names.includes(name));
  const add = (name: string) => {
    if (name !== "" && !names.includes(name)) onNames([...names, name]);
    setText("");
  };
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    if ((event.key === "Enter" || event.key === ",") && combobox.getSelectedOptionIndex() < 0) {
      event.preventDefault();
      add(wanted);
    } else if (event.key === "Backspace" && text === "" && names.length > 0) {
      event.preventDefault();
      onNames(names.slice(0, -1));
    } else if (event.key === "Escape") {
      combobox.closeDropdown();
      event.currentTarget.blur();
    }
  };
  return (
    <Combobox store={combobox} onOptionSubmit={add}>
      <Combobox.DropdownTarget>
        <PillsInput size="xs" className="group-by">
          <Pill.Group>
            {names.map((name) => (
              <Pill
                key={name}
                withRemoveButton
                removeButtonProps={{
                  "aria-label": `Do not group by ${name}`,
                  "aria-hidden": false,
                  tabIndex: 0,
                }}
                onRemove={() => onNames(names.filter((one) => one !== name))}
              >
                {name}
              </Pill>
            ))}
            <Combobox.EventsTarget>
              <PillsInput.Field
                aria-label="Group by these labels"
                placeholder={names.length === 0 ? "Group by…" : ""}
                value={text}
                onChange={(event) => {
                  setText(event.currentTarget.value);
                  combobox.openDropdown();
                  combobox.resetSelectedOption();
                }}
                onFocus={() => combobox.openDropdown()}
                onBlur={() => {
                  combobox.closeDropdown();
                  setText("");
                }}
                onKeyDown={pressed}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={options.length === 0}>
        <Combobox.Options mah={320} className="scrolls" aria-label="Labels">
          {options.slice(0, 50).map((name) => (
            <Combobox.Option key={name} value={name}>
              {name}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
