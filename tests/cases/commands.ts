import type { Person } from '../support/sign-up.ts'

/** Something that a caller made. */
export type Made = {
  readonly id: string
  /** The id of who made it. */
  readonly by: string
  /** The id of what it belongs to. */
  readonly of?: string
}

/** One of many callers that send random commands at once. */
export type Random = {
  readonly person: Person
  /** How many commands the caller has sent. */
  readonly n: number
  chance(probability: number): boolean
  /** A whole number from 0, below the bound. */
  below(bound: number): number
  /** Another caller, or the same. */
  anybody(): Person | undefined
  /** What all callers made, by the name of its type, as in `post`. */
  made(type: string): Made[]
  /** One of these. Half of the time the caller's own, because most others are forbidden. */
  any(type: string): Made | undefined
  /** @returns the id of `node`, if the command was accepted and made one */
  send(mutation: string, input: object, node?: string): Promise<string | undefined>
}

/** The commands of a service, as callers send them in any order. */
export type Commands = {
  readonly mutations: readonly string[]
  /** Rejections that concurrent callers may cause each other. */
  readonly rejections: readonly string[]
  /** One is drawn for each command, so some are listed twice. A choice sends nothing if there is nothing to act on. */
  readonly choices: readonly ((random: Random) => Promise<unknown>)[]
}
