// Types of the API, made from its description: npm run api -- <file or address of openapi.json>
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const source = process.argv[2] ?? 'http://localhost:8080/api/v1/openapi.json';
const token = process.env.VIGIL_TOKEN;

async function read(from) {
  if (!/^https?:/.test(from)) return readFile(from, 'utf8');
  const answer = await fetch(from, { headers: token ? { Authorization: `Bearer ${token}` } : {} });
  if (!answer.ok) throw new Error(`${from} answers ${answer.status}; an address needs VIGIL_TOKEN`);
  return answer.text();
}

const types = astToString(await openapiTS(JSON.parse(await read(source))));
await writeFile(
  new URL('../src/api/schema.ts', import.meta.url),
  `// Made by "npm run api" from the OpenAPI document; not edited.\n/* eslint-disable */\n${types}`,
);
