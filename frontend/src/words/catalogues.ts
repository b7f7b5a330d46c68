/** Loads the words of one language; each language is a file of its own that others do not wait for. */
import type { Catalogue, Locale } from "./speak";

export const LOCALES: readonly { readonly locale: Locale; readonly name: string }[] = [
  { locale: "en", name: "English" },
  { locale: "de", name: "Deutsch" },
];
const KEY = "allmende.locale";

export async function catalogueOf(locale: Locale): Promise<Catalogue> {
  const { page, registry } = locale === "de" ? await import("./de") : await import("./en");
  return { page, messages: registry.messages, errors: registry.errors };
}

/** What the member chose, else what the browser asks for. `?locale=xx` shows the pseudo-locale. */
export function chosenLocale(): Locale {
  const asked = new URLSearchParams(location.search).get("locale") ?? localStorage.getItem(KEY);
  if (asked === "en" || asked === "de" || asked === "xx") return asked;
  return navigator.languages.some((tag) => tag.startsWith("de")) && !navigator.language.startsWith("en")
    ? "de"
    : "en";
}

export function rememberLocale(locale: Locale): void {
  localStorage.setItem(KEY, locale);
}
