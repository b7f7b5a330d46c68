/** The few shapes that every page is made of. */
import type { ReactNode } from "react";
import style from "./layout.module.css";

const classes = (...names: (string | false | undefined)[]): string => names.filter(Boolean).join(" ");

/** Things below one another. */
export function Stack(props: { children: ReactNode; gap?: "tight" | "loose" }) {
  return <div className={classes(style.stack, props.gap && style[props.gap])}>{props.children}</div>;
}

/** Things beside one another, which wrap where it is narrow. */
export function Row(props: { children: ReactNode; apart?: boolean }) {
  return <div className={classes(style.row, props.apart && style.apart)}>{props.children}</div>;
}

/** A sheet of paper. `label` names it for screen readers. */
export function Card(props: { children: ReactNode; label?: string }) {
  return (
    <section className={style.card} aria-label={props.label}>
      {props.children}
    </section>
  );
}

export function Soft(props: { children: ReactNode; small?: boolean }) {
  return <span className={classes(style.soft, props.small && style.small)}>{props.children}</span>;
}

/** A hexadecimal id or the like, never translated. */
export function Code(props: { children: ReactNode }) {
  return (
    <code className={style.mono} translate="no">
      {props.children}
    </code>
  );
}

/** Names and values. */
export function Facts(props: { children: ReactNode }) {
  return <dl className={style.facts}>{props.children}</dl>;
}

export function Fact(props: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </>
  );
}

export type Tone = "plain" | "moss" | "clay" | "honey" | "sky";

export function Badge(props: { children: ReactNode; tone?: Tone }) {
  const tone = props.tone && props.tone !== "plain" ? style[props.tone] : undefined;
  return <span className={classes(style.badge, tone)}>{props.children}</span>;
}
