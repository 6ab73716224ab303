import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Reads } from '#toolkit/database/client.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import type { Projection } from '../projection/projection.ts'
import { createGate, type Gate } from './gate.ts'
import { createProjectedListener } from './listener.ts'
import { createLook } from './versions.ts'
import type { Outcome } from './waiters.ts'

/** The tables of one schema, which projections fill from topics. */
export type ProjectedTables = {
  readonly database: Reads
  /** Not through a pooler. */
  readonly directUrl: string
  readonly schema: string
  readonly projections: readonly Projection[]
}

/** Makes the requests of an api wait for what they must see. */
export type Consistency = {
  /** The client of the read database, whose every read waits first. */
  gated<Client extends Extendable>(client: Client): Client
  /** For reads by another client than a gated one: waits as those do. */
  readonly readsUpToDate: () => Promise<void>
  /** For the runner: waits until the references of the write database are as new as the request must see them. */
  readonly referencesUpToDate: () => Promise<void>
  register(registry: Registry): void
  readonly parts: readonly Part[]
}

/** The part of a Prisma client that is needed here. */
type Extendable = {
  $extends(extension: {
    query: {
      $allOperations(operation: { args: unknown; query: (args: unknown) => Promise<unknown> }): Promise<unknown>
    }
  }): unknown
}

export function createConsistency(options: {
  readonly read: ProjectedTables
  /** The references in the write database. */
  readonly references?: ProjectedTables
  readonly topicPrefix: string
  readonly log: Log
}): Consistency {
  const { read, references, topicPrefix, log } = options
  let observe: (outcome: Outcome, ms: number) => void = () => undefined
  const gateOf = (tables: ProjectedTables) =>
    createGate(createLook({ ...tables, topicPrefix }), (outcome, ms) => observe(outcome, ms))
  const listenerOf = ({ directUrl, schema }: ProjectedTables, gate: Gate) =>
    createProjectedListener({ url: directUrl, schema, onProjected: gate.wake, log })

  const readGate = gateOf(read)
  const referencesGate = references && gateOf(references)

  return {
    gated: <Client extends Extendable>(client: Client) =>
      client.$extends({
        query: {
          async $allOperations({ args, query }) {
            const passed = readGate.pass()
            if (passed) await passed
            return await query(args)
          },
        },
      }) as Client,

    readsUpToDate: async () => await readGate.pass(),

    referencesUpToDate: async () => await referencesGate?.pass(),

    register(registry) {
      const registers = [registry]
      const waits = new Counter({
        name: 'consistency_waits_total',
        help: 'Entries that requests had to see, by outcome: at once, waited, late, parked, stalled, busy',
        labelNames: ['outcome'],
        registers,
      })
      const times = new Histogram({
        name: 'consistency_wait_seconds',
        help: 'How long requests waited for what they had to see and had not come',
        buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
        registers,
      })
      new Gauge({
        name: 'consistency_waiting',
        help: 'What requests wait for now',
        registers,
        collect() {
          this.set(readGate.waiting() + (referencesGate?.waiting() ?? 0))
        },
      })
      observe = (outcome, ms) => {
        waits.inc({ outcome })
        if (outcome !== 'at once') times.observe(ms / 1_000)
      }
    },

    parts: [
      listenerOf(read, readGate),
      ...(references && referencesGate ? [listenerOf(references, referencesGate)] : []),
    ],
  }
}
