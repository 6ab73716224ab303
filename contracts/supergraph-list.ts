import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

/**
 * Reads a list of subgraphs in the format of rover (https://www.apollographql.com/docs/rover/commands/supergraphs):
 * names, each with a routing url and a schema from a file, relative to the list, or from the subgraph itself.
 */
const fromFile = z.strictObject({ routing_url: z.url(), schema: z.strictObject({ file: z.string().min(1) }) })
const fromUrl = z.strictObject({
  routing_url: z.url().optional(),
  schema: z.strictObject({ subgraph_url: z.url({ protocol: /^https?$/ }) }),
})
const list = z.strictObject({
  federation_version: z.union([z.literal(2), z.string().regex(/^=?2(\.\d+)*$/, 'must be of Federation 2')]).optional(),
  subgraphs: z.record(z.string().regex(/^[A-Za-z][\w-]*$/), z.union([fromFile, fromUrl])),
})

export type ListedSubgraph = {
  readonly name: string
  /** Where the gateway sends its requests. */
  readonly routingUrl: string
  readonly schema: { readonly file: string } | { readonly url: string }
}

/** The list cannot be used; the message says where and why. */
export class InvalidList extends Error {}

/** @throws InvalidList when it cannot be read, is not YAML, or has unsupported fields. */
export function readSupergraphList(path: string): readonly ListedSubgraph[] {
  const { data, error } = list.safeParse(read(path))
  if (error) throw new InvalidList(`${path} cannot be used:\n${z.prettifyError(error)}`)
  return Object.entries(data.subgraphs).map(([name, { routing_url, schema }]) =>
    'file' in schema
      ? { name, routingUrl: routing_url ?? '', schema: { file: schema.file } }
      : { name, routingUrl: routing_url ?? schema.subgraph_url, schema: { url: schema.subgraph_url } },
  )
}

function read(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new InvalidList(`${path} cannot be read: ${(error as Error).message}`)
  }
}
