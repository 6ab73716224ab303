import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { InvalidList, type ListedSubgraph } from './supergraph-list.ts'

/** Timeout for reading a subgraph's schema, in milliseconds. */
const timeoutMs = 10_000
const reply = z.object({ data: z.object({ _service: z.object({ sdl: z.string().min(1) }) }) })

/** A subgraph did not return its schema; the message says which, where and why. */
export class UnreachableSubgraph extends Error {}

/** A subgraph's schema as text, and its source: a path or a url. */
export type SubgraphSdl = { readonly name: string; readonly url: string; readonly from: string; readonly text: string }

/** @throws InvalidList when there is no such file, UnreachableSubgraph when a url does not answer with a schema. */
export async function readSdl(listPath: string, { name, routingUrl, schema }: ListedSubgraph): Promise<SubgraphSdl> {
  if ('url' in schema) return { name, url: routingUrl, from: schema.url, text: await ask(name, schema.url) }
  const from = join(dirname(listPath), schema.file)
  if (!existsSync(from))
    throw new InvalidList(`${listPath} names a schema of ${name} that is not there: ${schema.file}`)
  return { name, url: routingUrl, from, text: readFileSync(from, 'utf8') }
}

async function ask(name: string, url: string): Promise<string> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) throw new Error(`it answered with status ${response.status}`)
    const { data } = reply.safeParse(await response.json())
    if (!data) throw new Error('it answered without a schema')
    return data.data._service.sdl
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string; message?: string } }
    throw new UnreachableSubgraph(
      `The subgraph ${name} does not tell its schema at ${url}: ${cause?.code ?? cause?.message ?? message}`,
    )
  }
}
