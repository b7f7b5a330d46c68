/**
 * A photo as it may leave the device: at most 1,280 px, drawn anew, so that nothing of the file but its picture
 * remains; its bytes are then read to prove it.
 */
import { Problem } from "../../../api/problem";
import { foreignParts } from "./photo_scan";

const MAX_PX = 1_280;
const MAX_BYTES = 512 * 1_024;
const QUALITIES = [0.85, 0.7, 0.55, 0.4, 0.25] as const;

/** The picture of a file. Throws `Problem`: "page: photo unreadable", "page: photo too large", "page: photo metadata". */
export async function shrink(file: File): Promise<Blob> {
  const bitmap = await createImageBitmap(file).catch((cause) => {
    throw new Problem("page: photo unreadable", { name: file.name }, { cause });
  });
  const scale = Math.min(1, MAX_PX / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) throw new Problem("page: photo unreadable", { name: file.name });
  pen.fillStyle = "white"; // JPEG knows no transparency
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  for (const quality of QUALITIES) {
    const photo = await encoded(canvas, quality);
    if (photo && photo.size <= MAX_BYTES) return await proven(photo, file.name);
  }
  throw new Problem("page: photo too large", { name: file.name });
}

/** The same photo, once its bytes were seen to hold a picture and nothing else. Throws `Problem`. */
export async function proven(photo: Blob, name: string): Promise<Blob> {
  const foreign = foreignParts(new Uint8Array(await photo.arrayBuffer()));
  if (foreign === null) throw new Problem("page: photo unreadable", { name });
  if (foreign.length > 0) throw new Problem("page: photo metadata", { name });
  return photo;
}

const encoded = (canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> =>
  new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
