/** Photos: chosen, made smaller on this device, shown as they would be published. */
import { useEffect, useRef, useState } from "react";
import { Button } from "../../../ui/Button";
import { Card, Row, Soft } from "../../../ui/Layout";
import { Note } from "../../../ui/Note";
import { ProblemNote } from "../../../ui/ProblemNote";
import { useWords } from "../../../words/context";
import type { DraftPhoto } from "./draft";
import { MAX_PHOTOS } from "./form";
import style from "./offer.module.css";
import { dropPhoto, findPhoto, keepPhoto } from "./photo_store";

interface PhotosProps {
  readonly photos: readonly DraftPhoto[];
  readonly change: (next: (photos: readonly DraftPhoto[]) => readonly DraftPhoto[]) => void;
}

export function PhotosSection({ photos, change }: PhotosProps) {
  const { say, number } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<readonly unknown[]>([]);
  const room = MAX_PHOTOS - photos.length;

  async function add(files: readonly File[]): Promise<void> {
    setBusy(true);
    const failed: unknown[] = [];
    const { shrink } = await import("./shrink");
    for (const file of files.slice(0, room)) {
      try {
        const photo = await shrink(file);
        const key = crypto.randomUUID();
        await keepPhoto(key, photo);
        change((known) => [...known, { key, name: file.name, bytes: photo.size }]);
      } catch (error) {
        failed.push(error);
      }
    }
    setProblems(failed);
    setBusy(false);
  }

  function remove(key: string): void {
    change((known) => known.filter((one) => one.key !== key));
    dropPhoto(key).catch(() => {}); // what stays there is thrown away with the draft
  }

  return (
    <Card label={say("offer.photos")}>
      <h2>{say("offer.photos")}</h2>
      <p>{say("offer.photos.hint")}</p>
      <Soft small>{say("offer.photos.alt")}</Soft>
      {photos.length > 0 && (
        <ol className={style.photos}>
          {photos.map((photo, index) => (
            <li key={photo.key}>
              <figure className={style.photo}>
                <Preview photo={photo} label={say("offer.photo", { number: index + 1 })} />
                <figcaption>
                  <Soft small>
                    {say("offer.photo.size", { kilobytes: number(Math.ceil(photo.bytes / 1_000)) })}
                  </Soft>
                </figcaption>
              </figure>
              <Row>
                {index > 0 && (
                  <Button
                    onClick={() =>
                      change((known) => [photo, ...known.filter((one) => one.key !== photo.key)])
                    }
                  >
                    {say("offer.photo.first", { number: index + 1 })}
                  </Button>
                )}
                <Button onClick={() => remove(photo.key)}>
                  {say("offer.photo.remove", { number: index + 1 })}
                </Button>
              </Row>
            </li>
          ))}
        </ol>
      )}
      {problems.map((problem, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they come and go together
        <ProblemNote key={index} error={problem} />
      ))}
      <input
        ref={input}
        className="visually-hidden"
        type="file"
        accept="image/jpeg,image/png,image/webp,image/avif,image/gif"
        multiple
        tabIndex={-1}
        aria-label={say("offer.photos.add")}
        onChange={(event) => {
          const files = Array.from(event.target.files ?? []);
          event.target.value = ""; // the same file may be chosen again
          add(files);
        }}
      />
      <Row>
        <Button busy={busy} disabled={room <= 0} onClick={() => input.current?.click()}>
          {say("offer.photos.add")}
        </Button>
        <Soft small>{say("offer.photos.count", { count: photos.length, most: MAX_PHOTOS })}</Soft>
      </Row>
    </Card>
  );
}

/** A kept photo; says so where the browser has thrown it away. */
function Preview(props: { photo: DraftPhoto; label: string }) {
  const { say } = useWords();
  const [address, setAddress] = useState<string | null>(null);
  const [gone, setGone] = useState(false);
  const { key } = props.photo;
  useEffect(() => {
    let made: string | null = null;
    let over = false;
    findPhoto(key)
      .then((photo) => {
        if (over) return;
        if (!photo) return setGone(true);
        made = URL.createObjectURL(photo);
        setAddress(made);
      })
      .catch(() => setGone(true));
    return () => {
      over = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [key]);
  if (gone) return <Note tone="warn">{say("offer.photo.gone")}</Note>;
  return address ? <img src={address} alt={props.label} /> : <div className={style.blank} />;
}
