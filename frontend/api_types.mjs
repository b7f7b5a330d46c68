/**
 * The API's types for the page, on standard output: `node api_types.mjs openapi.json`.
 *
 * As `openapi-typescript` writes them, but a whole number that may lie beyond 2^53 is `number | bigint`, which is what
 * `src/kit/exact_json.ts` reads it as.
 */
import { readFile } from "node:fs/promises";
import openapiTS, { astToString, COMMENT_HEADER, NUMBER, tsUnion } from "openapi-typescript";
import ts from "typescript";

const [path] = process.argv.slice(2);
const BIGINT = ts.factory.createKeywordTypeNode(ts.SyntaxKind.BigIntKeyword);

const types = await openapiTS(JSON.parse(await readFile(path, "utf8")), {
  transform: (schema) =>
    schema.type === "integer" && schema.maximum > 2 ** 53 ? tsUnion([NUMBER, BIGINT]) : undefined,
});
process.stdout.write(COMMENT_HEADER + astToString(types));
