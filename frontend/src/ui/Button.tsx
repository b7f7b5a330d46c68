import { Link, type LinkProps } from "@tanstack/react-router";
import type { ButtonHTMLAttributes, ReactNode } from "react";
import style from "./button.module.css";

type Kind = "primary" | "plain" | "danger" | "quiet";

interface Look {
  readonly kind?: Kind;
  readonly small?: boolean;
}

const looks = ({ kind = "plain", small = false }: Look): string =>
  [style.button, kind === "plain" ? "" : style[kind], small ? style.small : ""].filter(Boolean).join(" ");

/** A button; while `busy` it says so and cannot be pressed again. */
export function Button({
  kind,
  small,
  busy = false,
  children,
  ...rest
}: Look & { busy?: boolean } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type="button"
      {...rest}
      className={looks({ ...(kind && { kind }), ...(small && { small }) })}
      disabled={rest.disabled || busy}
      aria-busy={busy}
    >
      {busy && <span className={style.spinner} aria-hidden="true" />}
      {children}
    </button>
  );
}

/** A link that looks like a button. */
export function ButtonLink({ kind, small, children, ...rest }: Look & LinkProps & { children: ReactNode }) {
  return (
    <Link {...rest} className={looks({ ...(kind && { kind }), ...(small && { small }) })}>
      {children}
    </Link>
  );
}
