import type { ReactNode } from "react";
import style from "./note.module.css";

/** Something to mind. Problems are announced to screen readers at once. */
export function Note(props: { tone: "info" | "good" | "warn" | "problem"; children: ReactNode }) {
  const role = props.tone === "problem" ? "alert" : props.tone === "warn" ? "status" : undefined;
  return (
    <div className={`${style.note} ${style[props.tone]}`} role={role}>
      {props.children}
    </div>
  );
}
