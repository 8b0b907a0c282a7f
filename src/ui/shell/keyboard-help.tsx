import { Kbd, Modal } from "@mantine/core";
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
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keyboard shortcuts"
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
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
    </Modal>
  );
}
