/** A dialog: a sheet from below on a phone, a window on a desktop; Escape and the button close it. */
import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { useWords } from "../words/context";
import { Button } from "./Button";
import style from "./dialog.module.css";

export function Dialog(props: { title: string; open: boolean; onClose: () => void; children: ReactNode }) {
  const { say } = useWords();
  return (
    <Base.Root open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <Base.Portal>
        <Base.Backdrop className={style.backdrop} />
        <Base.Popup className={style.popup}>
          <div className={style.head}>
            <Base.Title>{props.title}</Base.Title>
            <Base.Close render={<Button small kind="quiet" />}>{say("close")}</Base.Close>
          </div>
          {props.children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
