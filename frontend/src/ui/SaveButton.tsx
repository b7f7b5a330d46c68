/** A button that saves something of this device as a file. */
import type { ReactNode } from "react";
import { Button } from "./Button";

export function SaveButton(props: { name: string; content: () => Blob; children: ReactNode }) {
  function save(): void {
    const address = URL.createObjectURL(props.content());
    const link = Object.assign(document.createElement("a"), { href: address, download: props.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
  return (
    <Button small onClick={save}>
      {props.children}
    </Button>
  );
}
