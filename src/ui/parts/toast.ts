import { notifications } from "@mantine/notifications";

/** Says briefly that something was done. */
export function done(message: string): void {
  notifications.show({ message, color: "teal", autoClose: 5000, closeButtonProps: { "aria-label": "Close" } });
}

/** Says why something was not done; stays longer. */
export function failed(what: string, error: unknown): void {
  notifications.show({
    title: what,
    message: error instanceof Error ? error.message : String(error),
    color: "red",
    autoClose: 12_000,
    closeButtonProps: { "aria-label": "Close" },
  });
}
