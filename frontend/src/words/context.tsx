/** The language of the page for React: `useWords().say("find.title")`. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { catalogueOf, rememberLocale } from "./catalogues";
import { type Catalogue, type Locale, type Words, wordsOf } from "./speak";

interface Speaking {
  readonly words: Words;
  readonly choose: (locale: Locale) => void;
}

const Context = createContext<Speaking | null>(null);

export function WordsProvider(props: { locale: Locale; catalogue: Catalogue; children: ReactNode }) {
  const [loaded, setLoaded] = useState({ locale: props.locale, catalogue: props.catalogue });
  const value = useMemo(
    () => ({
      words: wordsOf(loaded.locale, loaded.catalogue),
      choose: (locale: Locale) => {
        rememberLocale(locale);
        catalogueOf(locale).then((catalogue) => setLoaded({ locale, catalogue }));
      },
    }),
    [loaded],
  );
  useEffect(() => {
    document.documentElement.lang = loaded.locale === "xx" ? "en" : loaded.locale;
  }, [loaded.locale]);
  return <Context value={value}>{props.children}</Context>;
}

function useSpeaking(): Speaking {
  const found = useContext(Context);
  if (!found) throw new Error("WordsProvider is missing");
  return found;
}

export const useWords = (): Words => useSpeaking().words;
export const useChooseLocale = (): ((locale: Locale) => void) => useSpeaking().choose;
