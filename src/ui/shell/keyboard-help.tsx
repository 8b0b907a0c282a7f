import { Kbd } from "@mantine/core";
import { Dialog } from "../parts/dialog.tsx";
import { DESTINATIONS } from "./navigation.ts";

const ACTIONS = [
  ["/", "Type into the query"],
  ["j  k", "Next, previous"],
  ["Enter", "Open"],
  ["x", "Select"],
  ["s", "Silence"],
  ["a", "Acknowledge"],
  ["e", "Explain: why it was sent, or not"],
  ["n", "New silence"],
  ["Esc", "Clear the selection, close"],
  ["?", "This list"],
] as const;

export function KeyboardHelp({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Keyboard shortcuts">
      <div className="columns">
        <dl className="keys">
          {ACTIONS.map(([key, what]) => (
            <div key={key}>
              <dt>
                <Kbd>{key}</Kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <dl className="keys">
          {DESTINATIONS.flat().map(({ key, name }) => (
            <div key={key}>
              <dt>
                <Kbd>g</Kbd> <Kbd>{key}</Kbd>
              </dt>
              <dd>{name}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}
