import { notifications } from "@mantine/notifications";
import { errorSentence } from "./error-sentence.ts";

/** Says in a corner that something was done. */
export const notifyDone = (message: string): void => {
  notifications.show({ message, color: "teal", withBorder: true });
};

/** Says in a corner, and to screen readers at once, what failed. */
export const notifyFailure = (error: unknown): void => {
  notifications.show({ message: errorSentence(error), color: "red", withBorder: true, role: "alert" });
};
