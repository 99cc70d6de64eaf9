import { notifications } from "@mantine/notifications";
import { errorSentence } from "./error-sentence.ts";

/** Says in a corner that something was done. */
export const notifyDone = (message: string): void => {
  notifications.show({ message, color: "teal", withBorder: true, closeButtonProps });
};

/** Says in a corner, and to screen readers at once, what was done in part only; it stays until it is closed. */
export const notifyPartly = (message: string): void => {
  notifications.show({
    message,
    color: "orange",
    withBorder: true,
    role: "alert",
    autoClose: false,
    closeButtonProps,
  });
};

/** Says in a corner, and to screen readers at once, what failed. */
export const notifyFailure = (error: unknown): void => {
  const message = errorSentence(error);
  notifications.show({ message, color: "red", withBorder: true, role: "alert", closeButtonProps });
};

const closeButtonProps = { "aria-label": "Close" };
