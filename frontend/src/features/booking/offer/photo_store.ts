/** Photos of a draft in the browser's own database (IndexedDB), where there is room for them. */

const NAME = "allmende.offer";
const STORE = "photos";

function open(): Promise<IDBDatabase> {
  const asked = indexedDB.open(NAME, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
  return done(asked);
}

function done<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    return await done(act(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

export const keepPhoto = (key: string, photo: Blob): Promise<IDBValidKey> =>
  within("readwrite", (store) => store.put(photo, key));
export const dropPhoto = (key: string): Promise<undefined> =>
  within("readwrite", (store) => store.delete(key));
export const dropPhotos = (): Promise<undefined> => within("readwrite", (store) => store.clear());

/** A kept photo, or null where the browser has thrown it away. */
export async function findPhoto(key: string): Promise<Blob | null> {
  const found: unknown = await within("readonly", (store) => store.get(key));
  return found instanceof Blob ? found : null;
}
