import { expect } from 'vitest'
import { topics } from '#contracts/topics.ts'
import { currentGeneration } from '#cqrs/roles/service.ts'
import { WRITE_SCHEMA } from '#cqrs/roles/write-schema.ts'
import { services } from '#subgraphs/services.ts'
import { wirings } from '#subgraphs/wirings.ts'
import { createClient } from '#toolkit/database/connect.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import { casesOfServices } from '../cases/services.ts'
import type { ExpectedTable, Log, State } from '../cases/tables.ts'
import { readTopic } from './read-topic.ts'
import type { Stack } from './stack.ts'

/** The state with the highest version of each key of a topic. */
async function foldTopic({ kafkaBrokers, prefix }: Stack, topic: (typeof topics)[keyof typeof topics]) {
  const states = new Map<string, State>()
  for (const { key, version, value } of await readTopic(kafkaBrokers, prefix + topic.name))
    if (version > (states.get(key)?.version ?? 0)) states.set(key, { ...topic.decode(value), version } as State)
  return [...states.values()]
}

async function select(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = createClient(url, { bounds: backgroundBounds })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

type Row = ExpectedTable['rows'][number]

const sorted = (rows: readonly Row[]): Row[] => rows.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1))

/** The write table of a topic's aggregates is named as the topic is in contracts/topics.ts. */
const tableOf = (topic: string) => Object.entries(topics).find(([, { name }]) => name === topic)?.[0]

/** The schema of each side, as in `posts.read`. */
const schemaOf = new Map<string, string>(
  services.flatMap((service) => [
    [`${service.name}.write`, WRITE_SCHEMA],
    [`${service.name}.read`, currentGeneration(service)],
  ]),
)

/** Compares a table, in the columns that the expected rows name. */
async function expectRows(stack: Stack, { side, table, where = 'true', rows }: ExpectedTable): Promise<void> {
  const from = `"${schemaOf.get(side)}"."${table}"`
  const found = await select(stack.databaseUrl(side), `SELECT * FROM ${from} WHERE ${where}`)
  const columns = Object.keys(rows[0] ?? {})
  const named = found.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])))
  expect(sorted(rows.length > 0 ? named : found), `${side} ${table}`).toEqual(sorted(rows))
}

/**
 * Compares the read tables of all services, with counters and references, to the fold of the log, and the log to the
 * write databases.
 */
export async function expectTablesToEqualFold(stack: Stack): Promise<void> {
  const folded = Object.entries(topics).map(async ([name, topic]) => ({ [name]: await foldTopic(stack, topic) }))
  const log: Log = Object.assign({}, ...(await Promise.all(folded)))
  const expected = casesOfServices.flatMap(({ tables }) => tables(log))
  for (const table of expected) await expectRows(stack, table)

  const compared = new Set(expected.map(({ side, table }) => `${side} ${table}`))
  const kept = Object.entries(wirings).flatMap(([service, { aggregates, readModel, references }]) => [
    ...aggregates.map(({ topic }) => `${service}.write ${tableOf(topic.name)}`),
    ...readModel.tables.map((table) => `${service}.read ${table}`),
    ...(references?.tables ?? []).map((table) => `${service}.write ${table}`),
  ])
  expect(kept.filter((table) => !compared.has(table))).toEqual([])
}
