/** The form of an offer from the first letter to the announcement. */
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Problem } from "../../../api/problem";
import { type Facts, unitOfCurrency } from "../../../chain/facts";
import { type Who, who } from "../../../chain/who";
import { useStore } from "../../../kit/store";
import { ActButton } from "../../../ui/ActButton";
import { Button } from "../../../ui/Button";
import { Row, Soft, Stack } from "../../../ui/Layout";
import { useWords } from "../../../words/context";
import { resourcesQuery } from "../queries";
import { Announced } from "./Announced";
import { type Draft, emptyDraft, keepDraft, loadDraft } from "./draft";
import { type Money, readForm } from "./form";
import { MoneySection } from "./MoneySection";
import { OfferPreview } from "./OfferPreview";
import { PhotosSection } from "./PhotosSection";
import { PlaceSection } from "./PlaceSection";
import { dropPhotos, findPhoto } from "./photo_store";
import { middle, parsePoint } from "./place";
import { keepPlace } from "./private_place";
import { TimesSection } from "./TimesSection";
import { useTyping } from "./typing";
import { WhatSection } from "./WhatSection";

const OURS = Intl.DateTimeFormat().resolvedOptions().timeZone;
const STEP_KEYS = {
  sign: "offer.step.sign",
  photos: "offer.step.photos",
  description: "offer.step.description",
  chain: "offer.step.chain",
} as const;

export function OfferDesk({ facts }: { facts: Facts }) {
  const [draft, setDraft] = useState<Draft>(() => loadDraft(OURS));
  const change = useCallback((next: Partial<Draft>) => setDraft((known) => ({ ...known, ...next })), []);
  const started = useRef(draft);
  useEffect(() => {
    if (draft !== started.current) keepDraft(draft); // nothing is kept of somebody who only looks
  }, [draft]);

  // shown until one goes on; the next visit begins with an empty form
  const [shown, setShown] = useState<Draft["sent"]>(null);
  const done = useCallback(() => {
    setShown(draft.sent);
    setDraft(emptyDraft(OURS));
    dropPhotos().catch(() => {}); // the next draft does not name them
  }, [draft.sent]);

  const sent = draft.sent ?? shown;
  if (sent?.chain === facts.chain.first_block_hash)
    return (
      <Announced
        resource={sent.resource}
        onShown={draft.sent ? done : nothing}
        onBack={() => change({ sent: null })}
        onAnother={() => setShown(null)}
      />
    );
  return <Form facts={facts} draft={draft} change={change} setDraft={setDraft} />;
}

const nothing = (): void => {};

interface FormProps {
  readonly facts: Facts;
  readonly draft: Draft;
  readonly change: (next: Partial<Draft>) => void;
  readonly setDraft: (next: (known: Draft) => Draft) => void;
}

function Form({ facts, draft, change, setDraft }: FormProps) {
  const { say } = useWords();
  const me = useStore(who);
  const [step, setStep] = useState<keyof typeof STEP_KEYS | null>(null);
  const { data: cells } = useQuery(cellsQuery);
  const { data: known } = useQuery(resourcesQuery({ limit: 200 }));
  const money = moneyOf(facts, draft.form.currency);
  const { offer, faults } = readForm(draft.form, money);
  const { typing, showAll } = useTyping(draft.form, faults, (form) => change({ form }));
  const form = useRef<HTMLDivElement>(null);

  const tags = useMemo(
    () =>
      [...new Set(known?.items.flatMap((one) => (one.description ? [one.description.service] : [])))].sort(),
    [known],
  );
  const centre = useMemo(() => {
    if (facts.demo) return facts.demo.near;
    const public_ = known?.items.flatMap((one) => (one.description ? [one.description.cell] : [])) ?? [];
    return cells ? middle(public_.map((id) => cells.cellOfId(id).centre)) : null;
  }, [facts.demo, known, cells]);
  const point = parsePoint(draft.form.point);
  const cell = point && cells ? cells.cellOf(point) : null;

  async function send(member: Who): Promise<void> {
    if (!offer) {
      showAll();
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus());
      throw new Problem("page: offer incomplete");
    }
    try {
      const photos = await Promise.all(draft.photos.map((photo) => findPhoto(photo.key)));
      const there = photos.filter((photo) => photo !== null);
      if (there.length < photos.length) throw new Problem("page: photo gone");
      const { announce } = await import("./announce");
      const made = { photos: there, salts: draft.salts };
      const { resource } = await announce(facts, member.address, offer, made, setStep);
      keepPlace(resource, { point: offer.point, address: draft.form.address.trim() });
      change({ sent: { resource, chain: facts.chain.first_block_hash } });
    } finally {
      setStep(null);
    }
  }

  return (
    <div ref={form}>
      <Stack>
        <WhatSection typing={typing} tags={tags} />
        <PhotosSection
          photos={draft.photos}
          change={(next) => setDraft((known_) => ({ ...known_, photos: next(known_.photos) }))}
        />
        <PlaceSection typing={typing} centre={centre} cell={cell} />
        <TimesSection typing={typing} />
        <MoneySection typing={typing} money={money} ownCurrency={facts.chain.token_symbol !== null} />
        <OfferPreview
          offer={offer}
          cell={cell}
          money={money}
          photos={draft.photos.length}
          me={me?.address ?? null}
        />
        <p aria-live="polite">{step && say(STEP_KEYS[step])}</p>
        {/* what was wrong is over once nothing is missing */}
        <ActButton
          key={offer ? "whole" : "part"}
          kind="primary"
          what="announce"
          about="/offer"
          run={(_, member) => send(member)}
        />
        <Row>
          <Soft small>{say("offer.kept")}</Soft>
          <Button
            kind="quiet"
            onClick={() => {
              setDraft(() => emptyDraft(OURS));
              dropPhotos().catch(() => {}); // the new draft does not name them
            }}
          >
            {say("offer.clear")}
          </Button>
        </Row>
      </Stack>
    </div>
  );
}

const cellsQuery = {
  queryKey: ["cells"],
  queryFn: () => import("./cell"),
  staleTime: Number.POSITIVE_INFINITY,
} as const;

/** The unit of amounts: the installation's own token, else the currency that is typed. */
function moneyOf({ chain }: Facts, typed: string): Money {
  const currency = chain.token_symbol ?? typed.trim();
  return { currency, unit: unitOfCurrency(currency, chain) };
}
