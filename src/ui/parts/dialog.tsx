import { CloseButton } from "@mantine/core";
import { type ReactNode, useEffect, useId, useRef } from "react";

interface DialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** `drawer`: along the left side, from top to bottom. */
  readonly as?: "box" | "drawer";
  readonly children: ReactNode;
}

/** The browser's own modal dialog: it holds the focus and gives it back; Escape and a click beside it close it. */
export function Dialog({ opened, onClose, title, as = "box", children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const name = useId();
  useEffect(() => {
    if (opened) element.current?.showModal();
    else element.current?.close();
  }, [opened]);
  return (
    <dialog
      ref={element}
      className={`dialog dialog-${as}`}
      aria-labelledby={name}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      {opened ? (
        <div className="dialog-inside">
          <div className="dialog-head">
            <h2 id={name}>{title}</h2>
            <CloseButton aria-label="Close" onClick={onClose} />
          </div>
          {children}
        </div>
      ) : null}
    </dialog>
  );
}
