/** A labelled control with its hint and what is wrong with it, tied together for screen readers. */
import { Field as Base } from "@base-ui/react/field";
import type {
  InputHTMLAttributes,
  ReactElement,
  ReactNode,
  SelectHTMLAttributes,
  TextareaHTMLAttributes,
} from "react";
import style from "./field.module.css";

interface Labels {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | null | undefined;
}

function Shell({ label, hint, error, control }: Labels & { control: ReactElement }) {
  return (
    <Base.Root className={style.field} invalid={Boolean(error)}>
      <Base.Label className={style.label}>{label}</Base.Label>
      <Base.Control className={style.control} render={control} />
      {hint && <Base.Description className={style.hint}>{hint}</Base.Description>}
      {error && (
        <Base.Error match className={style.error}>
          {error}
        </Base.Error>
      )}
    </Base.Root>
  );
}

export function TextField({ label, hint, error, ...input }: Labels & InputHTMLAttributes<HTMLInputElement>) {
  return <Shell label={label} hint={hint} error={error} control={<input {...input} />} />;
}

export function AreaField({
  label,
  hint,
  error,
  ...area
}: Labels & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <Shell label={label} hint={hint} error={error} control={<textarea {...area} />} />;
}

/** The browser's own choice list, which every phone shows in its own good way. */
export function SelectField({
  label,
  hint,
  error,
  children,
  ...select
}: Labels & SelectHTMLAttributes<HTMLSelectElement> & { children: ReactNode }) {
  return <Shell label={label} hint={hint} error={error} control={<select {...select}>{children}</select>} />;
}
