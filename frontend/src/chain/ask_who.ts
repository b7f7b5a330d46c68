/** The dialog that asks who acts; any page may open it. */
import { createStore } from "../kit/store";

export const whoDialog = createStore(false);
export const askWho = (): void => whoDialog.set(true);
