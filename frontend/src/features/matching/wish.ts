export interface FindSearch { service?: string }
export const findSearch = (search: Record<string, unknown>): FindSearch => (typeof search.service === "string" ? { service: search.service } : {});
