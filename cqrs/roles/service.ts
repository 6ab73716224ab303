import type { z } from 'zod'

/** A PostgreSQL schema that holds one generation of a read model, as in `read_1`. */
export type Generation = `read_${number}`

/** What is said once of a service. Its processes, databases, keys, addresses and operators' commands derive from it. */
export type ServiceDefinition = {
  /** A plural of lower-case letters: variables, consumer groups, keys and files are named after it. */
  readonly name: string
  /** Where each role listens on one machine. */
  readonly ports: { readonly api: number; readonly relay: number; readonly projector: number }
  /** What its databases are called where this project makes them. Both sides may be in one. */
  readonly databases: { readonly write: string; readonly read: string }
  /** The generations of its read model, oldest first. This code projects and reads the last one, builds of before the others. */
  readonly generations: readonly [Generation, ...Generation[]]
  /** The services that its projector asks. */
  readonly asks?: readonly string[]
  /** Variables that a role of this service reads beside those of every such role. */
  readonly variables?: {
    readonly api?: z.ZodRawShape
    readonly relay?: z.ZodRawShape
    readonly projector?: z.ZodRawShape
  }
  /** Whether access tokens come from here, and with them the public keys that verify them. */
  readonly issuesTokens?: boolean
}

/**
 * Checks a definition, and keeps its literal types for those who derive from it.
 * @example
 * export const posts = defineService({
 *   name: 'posts',
 *   ports: { api: 4002, relay: 4012, projector: 4022 },
 *   databases: { write: 'posts_write', read: 'posts_read' },
 *   generations: ['read_1'],
 * })
 */
export const defineService = <const Definition extends ServiceDefinition>(definition: Definition): Definition =>
  definition

/** The generation that this code projects and reads. */
export const currentGeneration = ({ generations }: ServiceDefinition): Generation =>
  generations[generations.length - 1] as Generation
