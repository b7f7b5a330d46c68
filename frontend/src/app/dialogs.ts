/** Dialogs that any page may open. */
import { createStore } from "../kit/store";

export const whoDialog = createStore(false);
export const askWho = (): void => whoDialog.set(true);
