import { Button, type ButtonProps, Popover } from "@mantine/core";
import { type ReactNode, useState } from "react";

interface ConfirmProps extends ButtonProps {
  /** What it does, as the button says it. */
  readonly label: string;
  readonly question: ReactNode;
  readonly onConfirm: () => void;
}

/** A button that asks once more before it does what cannot be undone. */
export function Confirm({ label, question, onConfirm, ...button }: ConfirmProps) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} width={260} position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" size="compact-sm" {...button} onClick={() => setOpened(!opened)}>
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <div className="plain">{question}</div>
        <div className="buttons">
          <Button
            size="compact-sm"
            color="red"
            data-autofocus
            onClick={() => {
              setOpened(false);
              onConfirm();
            }}
          >
            {label}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setOpened(false)}>
            Cancel
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
