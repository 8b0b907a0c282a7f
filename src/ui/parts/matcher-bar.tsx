import { Combobox, Pill, PillsInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { plus } from "../api/client.ts";
import { escapeRegex, formatMatcher, isSame, type Matcher, type Operator, parseMatchers } from "../text/matchers.ts";

interface MatcherBarProps {
  readonly label: string;
  readonly matchers: readonly Matcher[];
  readonly onMatchers: (matchers: readonly Matcher[]) => void;
  /** What to do with words that are no matcher; without it, they are an error. */
  readonly onWords?: (words: string) => void;
  readonly words?: string;
  readonly placeholder?: string;
  /** The one that the key `/` goes to. */
  readonly isQuery?: boolean;
  readonly visibleLabel?: boolean;
  /** What is wrong with the matchers as they are. */
  readonly error?: string | null;
}

/** Said where there has to be one. */
export const NO_MATCHER = "Give at least one matcher.";

interface Values {
  readonly labels?: readonly string[];
  readonly values?: readonly string[];
}

/** Puts the cursor into the page's query bar. */
export function focusQuery(): void {
  document.querySelector<HTMLElement>("[data-query]")?.focus();
}

/** What is being typed: a label's name, or its name, an operator and the start of a value. */
function typed(text: string): { name: string; operator?: string; value?: string } {
  const found = /^\s*([^\s=!~"]+)\s*(=~|!~|!=|=)\s*"?(.*)$/s.exec(text);
  if (found === null) return { name: text.trim() };
  const [, name = "", operator = "=", value = ""] = found;
  return { name, operator, value: value.replace(/"$/, "") };
}

/** Matchers as pills and a field that completes names and values from the alerts there are. */
export function MatcherBar(props: MatcherBarProps) {
  const {
    label,
    matchers,
    onMatchers,
    onWords,
    words = "",
    placeholder,
    isQuery = false,
    visibleLabel = false,
    error = null,
  } = props;
  const [text, setText] = useState("");
  const [refused, setRefused] = useState(false);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [settled] = useDebouncedValue(text, 80);
  const { name, operator, value } = typed(settled);
  const { data } = useQuery({
    queryKey: ["values", operator === undefined ? ["name", name] : ["value", name, value]],
    queryFn: ({ signal }) =>
      plus<Values>("/alerts/values", {
        query: operator === undefined ? { prefix: name } : { label: name, prefix: value },
        signal,
      }),
    enabled: combobox.dropdownOpened,
    staleTime: 5000,
    placeholderData: (previous) => previous,
  });

  const add = (added: readonly Matcher[]) => {
    onMatchers([...matchers, ...added.filter((one) => !matchers.some((other) => isSame(one, other)))]);
    setText("");
    setRefused(false);
  };
  const submit = (entered: string): boolean => {
    if (entered.trim() === "") return false;
    const found = parseMatchers(entered);
    if (found !== undefined) add(found);
    else if (onWords === undefined) setRefused(true);
    else {
      onWords(entered.trim());
      setText("");
    }
    return true;
  };
  const choose = (option: string) => {
    const now = typed(text);
    if (now.operator === undefined) {
      setText(`${option}=`);
      combobox.openDropdown();
      return;
    }
    const operator = now.operator as Operator;
    add([{ name: now.name, operator, value: operator.endsWith("~") ? escapeRegex(option) : option }]);
  };
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter" && combobox.getSelectedOptionIndex() < 0) {
      if (submit(text)) event.preventDefault();
      combobox.closeDropdown();
    } else if (event.key === "Backspace" && text === "") {
      const last = matchers.at(-1);
      if (words !== "") {
        onWords?.("");
        setText(words);
      } else if (last !== undefined) {
        onMatchers(matchers.slice(0, -1));
        setText(formatMatcher(last));
      } else return;
      event.preventDefault();
    } else if (event.key === "Escape") {
      combobox.closeDropdown();
      event.currentTarget.blur();
    }
  };

  const options = (operator === undefined ? data?.labels : data?.values) ?? [];
  return (
    <Combobox store={combobox} onOptionSubmit={choose}>
      <Combobox.DropdownTarget>
        <PillsInput
          {...(visibleLabel ? { label } : {})}
          error={
            refused
              ? `Not a matcher: ${text}. Expected name="value", name!="value", name=~"regex" or name!~"regex".`
              : error
          }
          className="matcher-bar"
        >
          <Pill.Group>
            {matchers.map((matcher) => (
              <Pill
                key={formatMatcher(matcher)}
                withRemoveButton
                removeButtonProps={{
                  "aria-label": `Remove ${formatMatcher(matcher)}`,
                  "aria-hidden": false,
                  tabIndex: 0,
                }}
                onRemove={() => onMatchers(matchers.filter((other) => !isSame(other, matcher)))}
              >
                {formatMatcher(matcher)}
              </Pill>
            ))}
            {words === "" ? null : (
              <Pill
                withRemoveButton
                removeButtonProps={{ "aria-label": `Remove the words ${words}`, "aria-hidden": false, tabIndex: 0 }}
                onRemove={() => onWords?.("")}
              >
                “{words}”
              </Pill>
            )}
            <Combobox.EventsTarget>
              <PillsInput.Field
                {...(isQuery ? { "data-query": true } : {})}
                aria-label={label}
                placeholder={matchers.length === 0 && words === "" ? (placeholder ?? 'name="value"') : ""}
                value={text}
                onChange={(event) => {
                  setText(event.currentTarget.value);
                  setRefused(false);
                  combobox.openDropdown();
                  combobox.resetSelectedOption();
                }}
                onFocus={() => combobox.openDropdown()}
                onBlur={() => {
                  combobox.closeDropdown();
                  if (parseMatchers(text) !== undefined) submit(text);
                }}
                onKeyDown={pressed}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={options.length === 0}>
        <Combobox.Options
          mah={320}
          className="scrolls"
          aria-label={operator === undefined ? "Labels" : `Values of ${name}`}
        >
          {options.slice(0, 50).map((option) => (
            <Combobox.Option key={option} value={option}>
              {operator === undefined ? option : `${name}${operator}"${option}"`}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
