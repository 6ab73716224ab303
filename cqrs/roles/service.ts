import type { z } from 'zod'

/** A PostgreSQL schema that holds one generation of a read model, for example `read_1`. */
export type Generation = `read_${number}`

/** Defines a service. Its processes, databases, keys, addresses and operators' commands derive from it. */
export type ServiceDefinition = {
  /** A plural noun in lower-case letters. Variables, consumer groups, keys and files are named after it. */
  readonly name: string
  /** The ports of the roles on one machine. */
  readonly ports: { readonly api: number; readonly relay: number; readonly projector: number }
  /** The names of its databases when this project creates them. Both sides may share one. */
  readonly databases: { readonly write: string; readonly read: string }
  /** The generations of its read model, oldest first. This code uses the last one, earlier builds the others. */
  readonly generations: readonly [Generation, ...Generation[]]
  /** The services that its projector calls. */
  readonly asks?: readonly string[]
  /** Additional variables that a role of this service reads. */
  readonly variables?: {
    readonly api?: z.ZodRawShape
    readonly relay?: z.ZodRawShape
    readonly projector?: z.ZodRawShape
  }
  /** Whether this service issues access tokens and publishes the keys that verify them. */
  readonly issuesTokens?: boolean
}

/**
 * Checks a definition and keeps its literal types, from which other types derive.
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
