import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { buildSchema, type DocumentNode, type GraphQLError, type GraphQLSchema, parse, Source } from 'graphql'
import { apiSchema } from '#contracts/api-schema.ts'
import { type CompositionHint, composeList } from '#contracts/composition.ts'
import { type ListedSubgraph, readSupergraphList } from '#contracts/supergraph-list.ts'
import type { Side } from '../change.ts'
import { type Definitions, definitionsOf } from './definitions.ts'

export const supergraphList = 'contracts/supergraph.yaml'

export type Subgraph = {
  readonly name: string
  readonly routingUrl: string
  /** From the root of the repository; the list itself, when the schema is from a url. */
  readonly file: string
  readonly document: DocumentNode
}
export type Composed = {
  readonly subgraphs: readonly Subgraph[]
  readonly definitions: Definitions
  readonly hints: readonly CompositionHint[]
  /** What clients see. */
  readonly api: GraphQLSchema
}
export type NotComposed = { readonly errors: readonly GraphQLError[] }

/** Composes a side's subgraphs. @throws InvalidList, UnreachableSubgraph */
export async function composeSide(side: Side, list = listOf(side)): Promise<Composed | NotComposed> {
  const { subgraphs: read, result } = await composeList(join(side.dir, supergraphList), list)
  if (result.errors) return { errors: result.errors }
  const subgraphs = read.map(({ name, url, from, text }) => ({
    name,
    routingUrl: url,
    file: fileOf(side, from),
    document: parse(new Source(text, from)),
  }))
  return {
    subgraphs,
    definitions: definitionsOf(subgraphs),
    hints: result.hints,
    api: buildSchema(apiSchema(result.supergraphSdl)),
  }
}

/** The file of the repository that a schema's text comes from. */
export const fileOf = (side: Side, from: string): string =>
  /^https?:/.test(from) ? supergraphList : relative(side.dir, from)

/** @throws InvalidList */
export const listOf = (side: Side): readonly ListedSubgraph[] => readSupergraphList(join(side.dir, supergraphList))

/** The list of the base. A commit without a list has those subgraphs of the later list whose files it has. */
export function listOfBase(base: Side, later: readonly ListedSubgraph[]): readonly ListedSubgraph[] {
  if (existsSync(join(base.dir, supergraphList))) return listOf(base)
  const here = dirname(join(base.dir, supergraphList))
  return later.filter(({ schema }) => 'url' in schema || existsSync(join(here, schema.file)))
}
